import type { Card } from '#libs/chats';
import { type FormattedText, joinFormatted } from './formatted-text.js';

const plain = (text: string): FormattedText => ({ text, bold: [] });

/** A card as lines: a bold title, the subtitle, then `label: value`. */
export function cardAsText(card: Card): FormattedText {
  return joinFormatted(
    [
      { text: card.title, bold: card.title === '' ? [] : [{ start: 0, end: card.title.length }] },
      plain(card.subtitle ?? ''),
      ...card.rows.map(({ label, value }) => plain(`${label}: ${value}`)),
    ],
    '\n',
  );
}
