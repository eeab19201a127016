/** Keys whose values never reach a log: what clients say, who they are, and secrets. Compared without case, `_` and `-`. */
const SENSITIVE = new Set(
  [
    'text content message messages body rawbody payload profile recap slots reply replies transcript caption',
    'phone phones name firstname lastname username fullname title email contact address',
    'token secret password passwd authorization cookie setcookie apikey key accesskey secretkey connectionstring url databaseurl redisurl',
  ]
    .join(' ')
    .split(' '),
);
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_STRING = 2000;

/** A phone as people write it: `+7 (916) 123-45-67`, `89161234567`. */
const PHONE = /(?<![\w.-])(?:\+|8|7)[\s(-]*(?:\d[\s()-]*){10,14}(?![\w])/g;
/** `chatId`, `eventId`, …: the thread through the log, kept as they are (a Telegram chat's number looks like a phone). */
const ID_KEY = /(^id|Id|_id)$/;
/** Credentials in an address: `postgres://user:password@host`. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const BOT_TOKEN = /\bbot\d+:[\w-]+/g;

/** Masks phones and credentials inside a text that is otherwise ours. */
export function redactText(text: string): string {
  return text
    .slice(0, MAX_STRING)
    .replace(CREDENTIALS, '$1[redacted]@')
    .replace(BOT_TOKEN, 'bot[redacted]')
    .replace(PHONE, '[phone]');
}

/** An error for the log: type, code, reason, stack, cause. Driver fields that may quote data (`detail`, `where`, …) are dropped. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    reason: redactText(error.message.slice(0, 300)),
    stack: error.stack ? redactText(error.stack.split('\n').slice(1, 14).join('\n')) : undefined,
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  return redact(value as Record<string, unknown>, depth);
}

/** A copy of a log record without client text, phones, names and secrets, at any depth; sizes are bounded. */
export function redact(record: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record).slice(0, MAX_ITEMS)) {
    if (value !== undefined && SENSITIVE.has(key.toLowerCase().replace(/[_-]/g, ''))) clean[key] = '[redacted]';
    else
      clean[key] = typeof value === 'string' && ID_KEY.test(key) ? value.slice(0, 256) : redactValue(value, depth + 1);
  }
  return clean;
}
