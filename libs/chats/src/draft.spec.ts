import { describe, expect, it } from 'vitest';
import { type Draft, type DraftGround, readDraft, stateOfDraft, writeDraft } from './draft.js';

const DRAFT: Draft = {
  chatId: 'rest:k:1',
  fence: '7',
  epoch: 2,
  turn: 5,
  text: 'Ставка 34,5 тыс. ₽.',
  inReplyTo: 'm-1',
};
/** The chat while the turn of the draft runs. */
const GROUND: DraftGround = { owner: 'bot', epoch: 2, fence: '7', turn: 4, running: true };

describe(stateOfDraft.name, () => {
  it.each<[string, Partial<DraftGround>, ReturnType<typeof stateOfDraft>]>([
    ['its turn runs', {}, 'shown'],
    ['the turn was committed', { turn: 5, running: false }, 'over'],
    ['the turn was given up', { running: false }, 'over'],
    ['another worker took the chat', { fence: '8' }, 'over'],
    ['a manager took the chat', { owner: 'manager', epoch: 3 }, 'over'],
    ['a manager had it and gave it back', { epoch: 4 }, 'over'],
    ['looked at before the claim', { fence: '6', running: false }, 'early'],
    ['looked at when a manager still had it', { fence: '6', epoch: 1, owner: 'manager' }, 'early'],
    ['fences are numbers, not words', { fence: '10' }, 'over'],
  ])('%s → %o is %s', (_name, ground, state) => expect(stateOfDraft(DRAFT, { ...GROUND, ...ground })).toBe(state));
});

describe('a draft between processes', () => {
  it('arrives as it was, in one line', () => {
    const draft = { ...DRAFT, text: 'Первая строка.\nВторая «строка» \u2028 "в кавычках".' };
    const line = writeDraft(draft) as string;
    expect(line).not.toContain('\n');
    expect(readDraft(line)).toEqual(draft);
    const { inReplyTo: _none, ...bare } = DRAFT;
    expect(readDraft(writeDraft(bare) as string)).toEqual(bare);
  });

  it('does not travel when PostgreSQL would refuse the notification', () => {
    expect(writeDraft({ ...DRAFT, text: 'я'.repeat(3_000) })).not.toBeNull();
    expect(writeDraft({ ...DRAFT, text: '"'.repeat(4_000) })).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['the id of a chat', 'rest:k:1'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no chat', JSON.stringify({ ...DRAFT, chatId: '' })],
    ['a fence that is no number', JSON.stringify({ ...DRAFT, fence: '7; drop' })],
    ['an epoch that is no integer', JSON.stringify({ ...DRAFT, epoch: 1.5 })],
    ['a text that is no text', JSON.stringify({ ...DRAFT, text: { a: 1 } })],
    ['a text beyond measure', JSON.stringify({ ...DRAFT, text: 'я'.repeat(3_001) })],
  ])('is not read from %s', (_name, line) => expect(readDraft(line)).toBeNull());
});
