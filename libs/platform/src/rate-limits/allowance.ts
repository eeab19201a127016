/** How much a caller may do: `limit` requests in `windowSeconds`, all at once or spread, refilled evenly. */
export interface Rate {
  /** Shown in the RateLimit headers: `minute`, `day`. */
  name: string;
  limit: number;
  windowSeconds: number;
}

/** What a caller is told about its allowance. */
export interface Allowance {
  allowed: boolean;
  rate: Rate;
  remaining: number;
  /** Seconds until the allowance is full again; when refused, until the next request may pass. */
  resetSeconds: number;
}

/** Counts requests of callers. */
export interface Buckets {
  /** Takes one request from the caller's bucket. */
  take(caller: string, rate: Rate): Allowance | Promise<Allowance>;
}

/** So many requests a minute. */
export const perMinute = (limit: number): Rate => ({ name: 'minute', limit, windowSeconds: 60 });

/** So many requests a day. */
export const perDay = (limit: number): Rate => ({ name: 'day', limit, windowSeconds: 86_400 });

/**
 * Response headers that tell allowances: the current IETF draft's pair with every policy, and for the first the older triple
 * most clients read. `Retry-After` names the longest wait of those that refused.
 */
export function rateLimitHeaders(...allowances: [Allowance, ...Allowance[]]): Record<string, string> {
  const [first] = allowances;
  const refused = allowances.filter(({ allowed }) => !allowed);
  return {
    'RateLimit-Policy': allowances
      .map(({ rate }) => `"${rate.name}";q=${rate.limit};w=${rate.windowSeconds}`)
      .join(', '),
    RateLimit: allowances.map((one) => `"${one.rate.name}";r=${one.remaining};t=${one.resetSeconds}`).join(', '),
    'RateLimit-Limit': String(first.rate.limit),
    'RateLimit-Remaining': String(first.remaining),
    'RateLimit-Reset': String(first.resetSeconds),
    ...(refused.length > 0 && { 'Retry-After': String(Math.max(...refused.map((one) => one.resetSeconds))) }),
  };
}

/** The caller an address counts as: IPv6 networks are handed out as /64, so one host has 2⁶⁴ addresses. */
export function callerOfAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const full = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return `${full.slice(0, 4).join(':')}::/64`;
}
