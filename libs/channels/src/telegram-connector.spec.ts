import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { telegramConnector } from './telegram-connector.js';

const visible = (html: string) =>
  html
    .replace(/<\/?b>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
const texts = (message: Parameters<typeof telegramConnector.render>[0]) =>
  telegramConnector.render(message).flatMap((request) => (request.method === 'sendMessage' ? [request.text] : []));

describe('telegramConnector', () => {
  it('escapes markup and writes cards out under a bold title', () => {
    expect(
      texts({ text: 'a < b & c > "d"', cards: [{ title: '<Лот> 1', rows: [{ label: 'Цена', value: '1 & 2' }] }] }),
    ).toEqual(['a &lt; b &amp; c &gt; &quot;d&quot;\n\n<b>&lt;Лот&gt; 1</b>\nЦена: 1 &amp; 2']);
  });

  it('puts the keyboard under the last request and two short buttons in a row', () => {
    const requests = telegramConnector.render({
      text: 'я'.repeat(5000),
      buttons: [
        { text: 'Да', payload: 'a.yes' },
        { text: 'Нет', payload: 'a.no' },
        { text: 'Изменить условия поиска', payload: 'a.edit' },
      ],
    });
    expect(requests).toHaveLength(2);
    expect(requests[0]).not.toHaveProperty('reply_markup');
    expect(requests[1]?.reply_markup?.inline_keyboard.map((row) => row.length)).toEqual([2, 1]);
  });

  it('offers a button Telegram would refuse as words', () => {
    const [request] = telegramConnector.render({
      text: 'Что дальше?',
      buttons: [{ text: 'Очень', payload: 'я'.repeat(33) }],
    });
    expect(request).toEqual({
      method: 'sendMessage',
      parse_mode: 'HTML',
      text: 'Что дальше?\n\nМожно написать: «Очень»',
    });
  });

  it('sends pictures as photos, the rest and big pictures as documents, and never an empty message', () => {
    const file = (contentType: string, size: number) => ({ fileId: 'f', name: 'n', contentType, size });
    const methods = telegramConnector
      .render({
        text: '',
        attachments: [file('image/jpeg', 10), file('image/png', 11 * 1024 * 1024), file('application/pdf', 10)],
      })
      .map(({ method }) => method);
    expect(methods).toEqual(['sendPhoto', 'sendDocument', 'sendDocument']);
    expect(telegramConnector.render({ text: '  ' })).toHaveLength(1);
  });

  it('cuts at paragraphs before words and never inside a visible character', () => {
    const [first, second] = texts({ text: `${'а'.repeat(3000)}\n\n${'б '.repeat(1000)}` });
    expect(first).toBe('а'.repeat(3000));
    expect(second?.startsWith('б б')).toBe(true);
    const family = '👨‍👩‍👧‍👦';
    for (const piece of texts({ text: family.repeat(1000) })) {
      expect(piece.length % family.length).toBe(0);
      expect(piece.length).toBeLessThanOrEqual(4096);
    }
  });

  it('keeps every character but white space at the cuts, within the limit, for any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 900 }), { minLength: 1, maxLength: 12 }),
        (parts) => {
          const text = parts.join(' ');
          fc.pre(text.trim() !== '');
          const pieces = texts({ text }).map(visible);
          for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(4096);
          expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
