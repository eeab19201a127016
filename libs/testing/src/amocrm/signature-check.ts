import { createHash, createHmac } from 'node:crypto';
import type { SimRequest } from './sim-http.js';

const WINDOW_MS = 15 * 60_000;

/** Checks all four headers the way the documentation demands; null when they are right. */
export function complainAboutSignature(request: SimRequest, secret: string, now: number): string | null {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const date = header('date');
  if (Number.isNaN(Date.parse(date)) || Math.abs(Date.parse(date) - now) > WINDOW_MS)
    return 'date out of the 15 minute window';
  if (header('content-md5') !== createHash('md5').update(request.body).digest('hex')) return 'Content-MD5 mismatch';
  if (header('content-type') !== 'application/json') return 'Content-Type must be application/json';
  const text = [request.method, header('content-md5'), header('content-type'), date, request.path].join('\n');
  const expected = createHmac('sha1', secret).update(text).digest('hex');
  return header('x-signature') === expected ? null : 'X-Signature mismatch';
}
