/** The longest text a client may send in one message, UTF-16 code units; longer ones are refused at the edge. */
export const MAX_CLIENT_TEXT = 10_000;

// C0 but tab and newline, DEL, C1; zero-width and bidirectional controls that only disguise text; noncharacters.
// The joiner U+200D stays: emoji are made of it.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/**
 * A client's text as it is stored: canonical composition (NFC), Unix newlines, no control characters, no lone surrogates
 * (PostgreSQL's jsonb refuses both), trimmed. Never longer than the input in meaning: visible characters stay as they were.
 */
export function normalizeClientText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .trim();
}

/** True for a chat id a caller may choose: 1–128 characters of `A-Za-z0-9._:-`. */
export function isCallerChatId(value: string): boolean {
  return /^[A-Za-z0-9._:-]{1,128}$/.test(value);
}
