/** Longest answer read, bytes: their pages are far smaller, a proxy's error page may not be. */
const ANSWER_LIMIT = 8 * 1024 * 1024;

/** Reads a body with a limit. Throws when it is longer: half a JSON document is worse than none. */
export async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > ANSWER_LIMIT) throw new Error('the answer is longer than 8 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null for an empty or non-JSON body: their proxies answer HTML and plain text on errors. */
export function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Retry-After in milliseconds, when it is given in seconds. */
export function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
}
