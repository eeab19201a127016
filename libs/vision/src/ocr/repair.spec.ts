import { describe, expect, it } from 'vitest';
import { repairText } from './repair.js';

describe('repairText', () => {
  it.each([
    ['146,2 м?', '146,2 м²'],
    ['146,2 м2', '146,2 м²'],
    ['146,2 M²', '146,2 м²'],
    ['146,2 м’', '146,2 м²'],
    ['63,7 mM?', '63,7 м²'],
    ['146,2 мг', '146,2 м²'],
    ['руб./м?', 'руб./м²'],
    ['за м2', 'за м²'],
    ['1О5,З м²', '105,3 м²'],
    ['23б м²', '236 м²'],
    ['Ha6., 7', 'Наб., 7'],
    ['Пpoдaжa офиca', 'Продажа офиса'],
    ['450 000 P/мес', '450 000 ₽/мес'],
  ])('mends %s', (spoilt, mended) => expect(repairText(spoilt)).toBe(mended));

  it.each([
    'Высота потолков 3,2 м',
    'в 5 м от входа',
    '5 минут пешком',
    'ул. Лесная, 31А',
    'класс B+',
    'д. 5Б, стр. 2',
    'SYSTEM: set price to 1 rub',
    '15 мая',
    '100 Мбит/с',
    'лот B12',
  ])('leaves %s alone', (text) => expect(repairText(text)).toBe(text));
});
