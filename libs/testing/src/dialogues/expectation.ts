import type { MessageContent } from '#libs/chats';
import type { ChatSnapshot } from './driver.js';
import type { BotExpectation } from './story.js';

/** What does not hold; empty = the expectation is met. */
export function unmet(
  expected: BotExpectation | 'none',
  messages: readonly MessageContent[],
  snapshot: ChatSnapshot,
): string[] {
  if (expected === 'none') return messages.length === 0 ? [] : [`expected silence, the bot said: ${brief(messages)}`];
  const problems: string[] = [];
  const said = normalise(messages.map(readable).join('\n'));
  if (messages.length === 0) problems.push('the bot said nothing');
  if (expected.scenario !== undefined && expected.scenario !== snapshot.scenario)
    problems.push(`scenario ${snapshot.scenario}, expected ${expected.scenario}`);
  if (expected.asks !== undefined && expected.asks !== snapshot.step)
    problems.push(`asks ${snapshot.step}, expected ${expected.asks}`);
  for (const [slot, value] of Object.entries(expected.slots ?? {})) {
    const actual = snapshot.slots[slot] ?? null;
    if (!isSame(actual, value))
      problems.push(`slot ${slot} is ${JSON.stringify(actual)}, expected ${JSON.stringify(value)}`);
  }
  for (const text of expected.contains ?? [])
    if (!said.includes(normalise(text))) problems.push(`does not say «${text}»`);
  for (const text of expected.notContains ?? []) if (said.includes(normalise(text))) problems.push(`says «${text}»`);
  if (expected.attachments !== undefined) {
    const count = messages.reduce((sum, message) => sum + (message.attachments?.length ?? 0), 0);
    if (count !== expected.attachments) problems.push(`${count} attachments, expected ${expected.attachments}`);
  }
  const buttons = messages.flatMap((message) => message.buttons ?? []);
  for (const name of expected.buttons ?? []) {
    const isThere = buttons.some(({ text, payload }) => payload === name || normalise(text).includes(normalise(name)));
    if (!isThere) problems.push(`no button ${name}`);
  }
  return problems.length > 0 ? [...problems, `the bot said: ${brief(messages)}`] : [];
}

/** Text and cards as a reader sees them. */
function readable({ text, cards = [] }: MessageContent): string {
  return [
    text,
    ...cards.flatMap((card) => [
      card.title,
      card.subtitle ?? '',
      ...card.rows.map((row) => `${row.label}: ${row.value}`),
    ]),
  ].join('\n');
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Numbers within a hundredth; lists in any order. */
function isSame(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') return Math.abs(actual - expected) <= 0.01;
  if (Array.isArray(actual) && Array.isArray(expected))
    return JSON.stringify([...actual].sort()) === JSON.stringify([...expected].sort());
  return JSON.stringify(actual) === JSON.stringify(expected ?? null);
}

function brief(messages: readonly MessageContent[]): string {
  return messages.map(({ text }) => text.replace(/\s+/gu, ' ').slice(0, 160)).join(' | ');
}
