import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own number of rounds. */
const ROUNDS = 4096;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * What PostgreSQL keeps of a password and takes instead of it (RFC 5803): the server never sees the password itself.
 * Throws a RangeError for a password that is not printable ASCII: others are normalised differently by different clients.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  if (!PRINTABLE_ASCII.test(password)) throw new RangeError('a password of the database is printable ASCII');
  const salted = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha256');
  const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const server = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString('base64')}$${stored}:${server}`;
}
