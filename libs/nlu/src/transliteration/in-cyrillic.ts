import { retyped } from './layout.js';
import { type Transliteration, transliterated } from './transliteration.js';

/** A Russian message typed in the English layout or in Latin letters, as Cyrillic; `undefined` for any other message. */
export const inCyrillic = (text: string): Transliteration | undefined => retyped(text) ?? transliterated(text);
