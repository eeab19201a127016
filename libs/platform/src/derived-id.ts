import { createHash } from 'node:crypto';

/**
 * An id that depends on nothing but its parts, so that a retry meets the work of the first try: `prefix-<24 hex digits>`.
 * Parts are joined with their lengths: ('ab', 'c') and ('a', 'bc') differ. Legal as a BullMQ job id (no colon, not a number)
 * and inside the 64 bytes of a Telegram button. 96 bits of SHA-256: a collision among 10⁹ ids has a chance of about 10⁻¹¹.
 */
export function derivedId(prefix: string, ...parts: (string | number | bigint)[]): string {
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(prefix)) throw new TypeError('the prefix of an id is a short lower-case word');
  const hash = createHash('sha256');
  for (const part of parts) {
    const text = String(part);
    hash.update(`${Buffer.byteLength(text)}:`).update(text);
  }
  return `${prefix}-${hash.digest('hex').slice(0, 24)}`;
}
