import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from './eval/growth.js';
import { understand } from './understand.js';
import { READ_LIMIT } from './utterance/utterance.js';

describe('hostile repetition', () => {
  it.each([
    'не ',
    'да нет ',
    'назад ',
    'офис ',
    'хочу снять ',
    'сниму и куплю ',
    '100 ',
    '100к почему ',
    'у метро ',
    'парк культуры ',
    'парк победа ',
    'а',
    '8 9',
    '000 ',
    '0,77',
    'цена в среднем ',
    'сколько стоит ',
    'привет ',
    'добрый день ',
    'добрый день',
    'вернись к ',
    'не то нажал ',
    'не 100 а ',
    'прода',
    'сдаю ',
    'меня зовут ',
    'класс а класс ',
    'звоните в ',
    'lf yt ',
    'ofis ',
    '👍',
    '«',
  ])('of %j is read in time that grows with the length', (unit) => {
    expect(growth(understand, unit, READ_LIMIT / 2)).toBeLessThan(LINEAR);
  });

  it('of a greeting ends at once, whatever the message is cut off at', () => {
    for (let tail = 0; tail < 8; tail++)
      expect(understand(`${'привет '.repeat(200)}${'привет'.slice(0, tail)}`)).toBeDefined();
  });
});
