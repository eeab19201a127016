import { createHmac, randomBytes } from 'node:crypto';

/** A new signing secret: 256 random bits. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`;

/**
 * Value of `Webhook-Signature`: `t=<seconds>,v1=<hex>` with one `v1` for each secret that signs now. A signature is
 * HMAC-SHA256 over `<t>.<body>`, keyed by the text of the secret; how to check it stands in docs/api.md.
 */
export function webhookSignature(body: string, secrets: readonly string[], atSeconds: number): string {
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex'));
  return [`t=${atSeconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}
