import { createHash } from 'node:crypto';

/** What makes two requests the same one. */
export interface FingerprintedRequest {
  method: string;
  /** Without the query: how long an answer is waited for makes no other request. */
  path: string;
  accept: string | undefined;
  body: unknown;
  /** An uploaded file. */
  file?: { originalname: string; buffer: Buffer } | undefined;
}

/** SHA-256 over route, representation asked for and content; JSON objects count without the order of their fields. */
export function requestFingerprint({ method, path, accept, body, file }: FingerprintedRequest): Buffer {
  const hash = createHash('sha256');
  const fields = [method, path, accept ?? '', canonicalJson(body), file?.originalname ?? ''];
  hash.update(JSON.stringify(fields));
  if (file) hash.update(file.buffer);
  return hash.digest();
}

/** JSON with the fields of every object in one order. The depth of a body is bounded before it comes here. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
