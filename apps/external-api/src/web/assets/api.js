/** What the server refused, with its stable code; `retryAfter` in seconds when it said so. */
export class Refusal extends Error {
  constructor(status, code, detail, retryAfter) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Asking again with the same words cannot help. */
  get final() {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429 && this.status !== 401;
  }
}

// A custom header cannot be sent across sites without a preflight, which this server never grants.
const HEADERS = { 'X-WeWall-Chat': '1' };

async function call(path, options = {}) {
  const response = await fetch(path, {
    ...options,
    credentials: 'same-origin',
    headers: { ...HEADERS, ...options.headers },
    signal: AbortSignal.timeout(options.timeout ?? 20_000),
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Refusal(
    response.status,
    body.code ?? 'UNKNOWN',
    body.detail ?? body.title,
    Number(response.headers.get('Retry-After')) || undefined,
  );
}

const json = (body) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

/** Opens (or renews) the visitor's session: the cookie is the server's and out of reach of scripts. */
export const openSession = () => call('/web/session', json({}));
/** Stores a message; the same `id` any number of times is one message. */
export const sendMessage = (message) => call('/web/messages', json(message));
/** Transcript after `after`, oldest first. */
export const readMessages = (after, limit = 200) => call(`/web/messages?after=${after}&limit=${limit}`);

/** The visitor types; nobody waits for the answer. */
export const sendTyping = () => call('/web/typing', json({})).catch(() => {});
/** The visitor has read everything up to `seq`. */
export const sendRead = (seq) => call('/web/read', json({ seq })).catch(() => {});

/** Stores a file and returns its `uploadId`. */
export function upload(file) {
  const form = new FormData();
  form.append('file', file, file.name || 'снимок.png');
  return call('/web/uploads', { method: 'POST', body: form, timeout: 120_000 });
}

/** Live events after `after`; the caller closes it. */
export const openEvents = (after) => new EventSource(`/web/events?after=${after}`);
