import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** E.164, or null when the text is not a possible number. Russian numbers may come without a country code. */
export function normalizePhone(text: string): string | null {
  const parsed = parsePhoneNumberFromString(text, 'RU');
  return parsed?.isPossible() ? parsed.number : null;
}

/** True when two spellings name one number. */
export function samePhone(a: string, b: string): boolean {
  const first = normalizePhone(a);
  return first !== null && first === normalizePhone(b);
}
