import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const VISITOR_COOKIE = 'wewall_visitor';
/** A year: a visitor who comes back finds the conversation. */
const MAX_AGE_SECONDS = 365 * 24 * 3600;

/** The web chat's anonymous visitors: a random id in a cookie scripts cannot read, signed so that nobody can take another's. */
export class VisitorCookie {
  /** `previous` is a secret that is being changed: what it signed is accepted, new cookies are signed with `secret`. */
  constructor(
    private readonly secret: string,
    private readonly previous?: string,
  ) {}

  /** A new visitor id: 128 random bits. */
  newVisitor(): string {
    return randomBytes(16).toString('hex');
  }

  /** The visitor of a Cookie header, or undefined when there is none or the signature is not ours. */
  read(header: string | undefined): string | undefined {
    for (const part of header?.split(';') ?? []) {
      const [name, value] = part.trim().split('=', 2);
      if (name !== VISITOR_COOKIE || value === undefined) continue;
      const match = /^([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/.exec(value);
      if (match?.[1] && match[2] && this.isSigned(match[1], match[2])) return match[1];
    }
    return undefined;
  }

  /** Value of Set-Cookie. `secure` on HTTPS: then the cookie never travels in the clear. */
  write(visitor: string, secure: boolean): string {
    const attributes = [
      `Max-Age=${MAX_AGE_SECONDS}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
      ...(secure ? ['Secure'] : []),
    ];
    return `${VISITOR_COOKIE}=${visitor}.${signature(this.secret, visitor)}; ${attributes.join('; ')}`;
  }

  private isSigned(visitor: string, given: string): boolean {
    return [this.secret, this.previous].some(
      (secret) => secret !== undefined && timingSafeEqual(Buffer.from(given), Buffer.from(signature(secret, visitor))),
    );
  }
}

function signature(secret: string, visitor: string): string {
  return createHmac('sha256', secret).update(`visitor:${visitor}`).digest('base64url');
}
