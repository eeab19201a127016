import { describe, expect, it } from 'vitest';
import { readAgreement } from './agreement.js';
import { repairAnswerWord } from './spelling.js';

describe('repairAnswerWord', () => {
  it.each([
    ['сагласен', ['согласен']],
    ['подходт', ['подходит']],
    ['праивльно', ['правильно']],
    ['ненадо', ['не', 'надо']],
    ['нехочу', ['не', 'хочу']],
  ])('reads %s', (form, words) => expect(repairAnswerWord(form)).toEqual(words));

  it.each(['конечной', 'точный', 'верну', 'интересное', 'зерно', 'офис'])('leaves %s alone', (form) =>
    expect(repairAnswerWord(form)).toBeUndefined(),
  );
});

describe('readAgreement', () => {
  it.each([
    ['возражений у нас нет', 'yes'],
    ['нет, мы не против', 'yes'],
    ['да, но бюджет не 20, а 30', 'yes'],
    ['не нужно ничего присылать', 'no'],
    ['звонить не надо', 'no'],
    ['не думаю, что нам подойдёт', 'no'],
    ['благодарю вас, но нет', 'no'],
    ['конечно, размечтались', 'no'],
    ['это не моя заявка', 'no'],
    ['трижды нет', 'no'],
    ['ага, конечно, сейчас, только тапки найду', 'no'],
    ['ага, конечно, сейчас пришлю', 'unclear'],
    ['с этими условиями согласен', 'yes'],
    ['с этими условиями не согласен', 'no'],
    ['да, тут все верно', 'yes'],
    ['да тут рядом стройка была', 'unclear'],
    ['нет, а какая там ставка?', 'unclear'],
    ['черт разберет', 'unclear'],
    ['не скажу, что против', 'unclear'],
    ['да? а где?', 'unclear'],
    ['нет данных по НДС', 'unclear'],
    ['класс А', 'unclear'],
    ['да, но не уверен', 'unclear'],
  ])('«%s» is %s', (text, expected) => expect(readAgreement(text)).toBe(expected));
});
