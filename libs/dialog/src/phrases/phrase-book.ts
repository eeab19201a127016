import type { Button } from '#libs/chats';
import type { Phrase } from '#libs/estates';
import { isKnownPayload } from '../button-payload.js';
import { PHRASE_PLACEHOLDERS, type PhraseKey } from './phrase-keys.js';

/** The `messages` collection cannot be used; `problems` name the key and what is wrong with it. */
export class PhraseBookError extends Error {
  override readonly name = 'PhraseBookError';
  readonly code = 'PHRASES_INVALID';

  constructor(readonly problems: readonly string[]) {
    super(`The messages collection cannot be used: ${problems.join('; ')}`);
  }
}

/** Telegram's limit for callback data, bytes. */
const PAYLOAD_LIMIT = 64;

/** Checked phrases of the bot: every key the code uses exists and every placeholder and button is known. */
export class PhraseBook {
  private constructor(private readonly phrases: ReadonlyMap<string, Phrase>) {}

  /** @throws PhraseBookError naming every bad record at once. */
  static load(records: readonly Phrase[]): PhraseBook {
    const problems: string[] = [];
    const phrases = new Map<string, Phrase>();
    for (const record of records) {
      if (phrases.has(record.key)) problems.push(`${record.key}: the key occurs twice`);
      phrases.set(record.key, record);
    }
    for (const [key, allowed] of Object.entries<readonly string[]>(PHRASE_PLACEHOLDERS)) {
      const phrase = phrases.get(key);
      if (!phrase) {
        problems.push(`${key}: missing`);
        continue;
      }
      if (phrase.text.trim() === '') problems.push(`${key}: empty text`);
      for (const [, name = ''] of phrase.text.matchAll(/\{([^{}]*)\}/g))
        if (!allowed.includes(name)) problems.push(`${key}: unknown placeholder {${name}}`);
      for (const button of phrase.buttons ?? []) {
        if (!isKnownPayload(button.payload)) problems.push(`${key}: unknown button ${button.payload}`);
        if (Buffer.byteLength(button.payload) > PAYLOAD_LIMIT)
          problems.push(`${key}: button over ${PAYLOAD_LIMIT} bytes`);
      }
    }
    if (problems.length > 0) throw new PhraseBookError(problems);
    return new PhraseBook(phrases);
  }

  /** Text with its placeholders filled. Values are put in as they are and never expanded again. */
  text(key: PhraseKey, params: Readonly<Record<string, string>> = {}): string {
    return this.phrase(key).text.replace(/\{([^{}]*)\}/g, (_match, name: string) => params[name] ?? '');
  }

  buttons(key: PhraseKey): Button[] {
    return this.phrase(key).buttons.map(({ text, payload }) => ({ text, payload }));
  }

  private phrase(key: PhraseKey): Phrase {
    return this.phrases.get(key) as Phrase;
  }
}
