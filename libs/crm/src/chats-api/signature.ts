import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Headers of one signed request to the Chats API; valid for 15 minutes from `Date`. */
export interface SignedHeaders {
  Date: string;
  'Content-Type': 'application/json';
  'Content-MD5': string;
  'X-Signature': string;
}

export interface RequestToSign {
  method: 'GET' | 'POST' | 'DELETE';
  /** URL path without host and query. */
  path: string;
  /** The exact bytes that will be sent; empty for GET. */
  body: Buffer;
  secret: string;
  date: Date;
}

/** RFC 2822 date as the vendor writes it: `Thu, 29 Oct 2020 11:59:55 +0000`. */
export function formatSignatureDate(date: Date): string {
  return date.toUTCString().replace(/GMT$/, '+0000');
}

/**
 * Signs the exact bytes: HMAC-SHA1 over method, body MD5 (lowercase hex), content type, date and path joined by newlines.
 * Sign again on every retry: the date is part of the signature.
 */
export function sign(request: RequestToSign): SignedHeaders {
  const date = formatSignatureDate(request.date);
  const contentType = 'application/json';
  const contentMd5 = createHash('md5').update(request.body).digest('hex');
  const text = [request.method, contentMd5, contentType, date, request.path].join('\n');
  return {
    Date: date,
    'Content-Type': contentType,
    'Content-MD5': contentMd5,
    'X-Signature': createHmac('sha1', request.secret).update(text).digest('hex'),
  };
}

/** Signature of an incoming chat hook: HMAC-SHA1 over the raw body alone. */
export function hookSignature(body: Buffer, secret: string): string {
  return createHmac('sha1', secret).update(body).digest('hex');
}

/**
 * Checks an incoming chat hook in constant time. The vendor's own sample trims the body before hashing, so the raw bytes
 * and the bytes without surrounding newlines are both accepted. Several secrets may be valid while one is being rotated.
 */
export function verifyHookSignature(body: Buffer, given: string | undefined, secrets: readonly string[]): boolean {
  const claimed = Buffer.from((given ?? '').toLowerCase());
  let valid = false;
  for (const secret of secrets) {
    for (const bytes of [body, trimNewlines(body)]) {
      const expected = Buffer.from(hookSignature(bytes, secret));
      // No early exit: every secret and variant costs the same time.
      if (claimed.length === expected.length && timingSafeEqual(claimed, expected)) valid = true;
    }
  }
  return valid;
}

function trimNewlines(body: Buffer): Buffer {
  let start = 0;
  let end = body.length;
  const isNewline = (byte: number | undefined) => byte === 10 || byte === 13;
  while (start < end && isNewline(body[start])) start += 1;
  while (end > start && isNewline(body[end - 1])) end -= 1;
  return body.subarray(start, end);
}
