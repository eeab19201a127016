import { expect, it } from 'vitest';
import { summaryText } from './day-summary.js';

const figures = {
  newChats: 12,
  clientMessages: 85,
  botMessages: 140,
  managerMessages: 30,
  handedOver: 5,
  returned: 3,
  undelivered: 0,
  answerMinutes: 3.6,
};
const until = new Date('2026-11-21T16:00:00Z');

it('tells managers of the day by Moscow’s clock', () => {
  expect(summaryText(until, figures, ['https://a.amocrm.ru/leads/detail/7'], 6)).toBe(
    [
      'Итоги дня WeWall AI на 21.11.2026 19:00',
      'Новых чатов: 12',
      'Сообщений: клиенты — 85, бот — 140, менеджеры — 30',
      'Передано менеджерам: 5, вернулось к боту: 3',
      'Ответ менеджера: обычно за 4 мин',
      'Ждут ответа: 6',
      'https://a.amocrm.ru/leads/detail/7',
    ].join('\n'),
  );
});

it('leaves out what nobody did and names what did not arrive', () => {
  const text = summaryText(until, { ...figures, answerMinutes: null, undelivered: 2 }, [], 0);
  expect(text).not.toContain('Ответ менеджера');
  expect(text).toContain('Не доставлено: 2');
  expect(text).toContain('Никто не ждёт ответа');
});
