import { describe, expect, it } from 'vitest';
import { readBack } from './back.js';

describe('readBack', () => {
  it.each([
    ['рука дрогнула, назад', 'step'],
    ['не на ту кнопку нажал', 'step'],
    ['нет, класс А', 'correct'],
    ['замените Сокол на Динамо', 'correct'],
    ['можно поменять бюджет?', 'correct'],
    ['бюджет вырос до 40', 'correct'],
    ['не срочно, а просто смотрим', 'none'],
    ['вместо кондиционера вентиляция', 'none'],
    ['можно ли поменять вывеску?', 'none'],
    ['цена изменилась?', 'none'],
    ['бег назад полезен', 'none'],
    ['нет парковки', 'none'],
  ])('«%s» is %s', (text, expected) => expect(readBack(text)).toBe(expected));
});
