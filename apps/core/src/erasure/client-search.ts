import type pg from 'pg';

/** What people put between the digits of a phone number, as a POSIX expression. */
const BETWEEN = '[^0-9[:alpha:]{}":,]{0,3}';

/**
 * A POSIX expression that finds a Russian number however it is written: with +7, 8 or nothing before its ten digits.
 * Throws when the text holds no such number.
 */
export function phonePattern(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  const national = digits.length === 11 && /^[78]/.test(digits) ? digits.slice(1) : digits;
  if (national.length !== 10) throw new Error('--phone takes a Russian number: +7 and ten digits');
  return `(^|[^0-9])([+]?[78]${BETWEEN})?${[...national].join(BETWEEN)}([^0-9]|$)`;
}

// What a client says in a profile, in words or on a form, in the order of what is looked at first. Rare, so it may read the
// whole tables.
const CHATS_OF_PHONE = `select distinct chat_id from (
    select chat_id from inbox where body::text ~ $1
    union all select chat_id from transcript where author = 'client' and content::text ~ $1
    union all select id from chats where slots::text ~ $1 or address::text ~ $1
    union all select thread_id from checkpoints where checkpoint ~ $1
    union all select chat_id from chat_external_ids where external_id ~ $1
  ) found order by chat_id`;

/** Chats in which the number was told by the client or is part of who the client is. Throws for what is no number. */
export async function chatsOfPhone(pool: pg.Pool, phone: string): Promise<string[]> {
  const { rows } = await pool.query<{ chat_id: string }>(CHATS_OF_PHONE, [phonePattern(phone)]);
  return rows.map(({ chat_id }) => chat_id);
}
