import { describe, expect, it } from 'vitest';
import { readLine, renderForTerminal } from './terminal-view.js';

const buttons = [
  { text: 'Всё верно', payload: 'search.confirm' },
  { text: 'Изменить', payload: 'search.edit' },
];

describe('renderForTerminal', () => {
  it('numbers buttons, draws cards and lets nothing drive the terminal', () => {
    const lines = renderForTerminal(
      {
        seq: 1,
        author: 'bot',
        at: '',
        text: 'a\u001b[2Jb',
        cards: [{ title: 'Лот', rows: [{ label: 'Цена', value: '1' }] }],
        buttons,
      },
      false,
    );
    expect(lines).toBe('Бот: a[2Jb\n  ┌ Лот\n  │ Цена: 1\n  └\n  [1] Всё верно\n  [2] Изменить');
  });
});

describe('readLine', () => {
  it.each([
    ['1', { button: 'search.confirm', label: 'Всё верно' }],
    [' 2 ', { button: 'search.edit', label: 'Изменить' }],
    ['3', { text: '3' }],
    ['0', { text: '0' }],
    ['=1', { text: '1' }],
    ['100 м²', { text: '100 м²' }],
  ])('%j', (line, expected) => expect(readLine(line, buttons)).toEqual(expected));
});
