import type { ApiMessage } from '#libs/channels';
import type { Button } from '#libs/chats';

/** Nothing a message holds may drive the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => (character === '\n' ? '\n' : ''));
}

/** A message as lines of a terminal; buttons are numbered from 1. */
export function renderForTerminal(message: ApiMessage, color: boolean): string {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  const dim = (text: string) => (color ? `\u001b[2m${text}\u001b[0m` : text);
  const lines: string[] = [];
  const author = message.author === 'manager' ? 'Менеджер' : message.author === 'bot' ? 'Бот' : 'Вы';
  if (message.text !== '') lines.push(`${bold(`${author}:`)} ${printable(message.text)}`);
  for (const card of message.cards ?? []) {
    lines.push(`  ┌ ${bold(printable(card.title))}`);
    if (card.subtitle) lines.push(`  │ ${printable(card.subtitle)}`);
    for (const { label, value } of card.rows) lines.push(`  │ ${printable(label)}: ${printable(value)}`);
    lines.push('  └');
  }
  for (const { name, url } of message.attachments ?? [])
    lines.push(`  Файл: ${printable(name)} ${dim(printable(url))}`);
  for (const [index, { text }] of (message.buttons ?? []).entries()) lines.push(`  [${index + 1}] ${printable(text)}`);
  return lines.join('\n');
}

/**
 * What a typed line means: the number of a shown button presses it, anything else is text. `=` in front makes any line text,
 * so that a bare small number can still be an answer.
 */
export function readLine(line: string, buttons: Button[]): { text: string } | { button: string; label: string } {
  const trimmed = line.trim();
  if (trimmed.startsWith('=')) return { text: trimmed.slice(1).trim() };
  const button = /^\d{1,3}$/.test(trimmed) ? buttons[Number(trimmed) - 1] : undefined;
  return button ? { button: button.payload, label: button.text } : { text: trimmed };
}
