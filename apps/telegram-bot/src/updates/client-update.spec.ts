import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { privateChatOf, readUpdate } from './client-update.js';

const chat = { id: 7, type: 'private' as const, first_name: 'Анна' };
const from = { id: 7, is_bot: false, first_name: 'Анна', last_name: 'Ли' };
const message = (content: object): Update => ({
  update_id: 1,
  message: { message_id: 1, date: 1, chat, from, ...content } as never,
});
const profile = { name: 'Анна Ли' };

describe('readUpdate', () => {
  it.each<[string, Update, unknown]>([
    ['text', message({ text: 'офис' }), { text: 'офис', files: [], profile }],
    ['/start with a payload', message({ text: '/start promo' }), { text: 'Меню', files: [], profile }],
    [
      '/manager addressed to the bot',
      message({ text: '/manager@wewall_bot' }),
      { text: 'Позовите менеджера', files: [], profile },
    ],
    ['an unknown command', message({ text: '/fly' }), { text: '/fly', files: [], profile }],
    [
      'a contact',
      message({ contact: { phone_number: '+79990000000', first_name: 'Анна' } }),
      { text: '+79990000000', files: [], profile: { ...profile, phone: '+79990000000' } },
    ],
    [
      'a photo: the largest size',
      message({
        caption: 'фасад',
        photo: [
          { file_id: 's', file_size: 1 },
          { file_id: 'l', file_size: 9 },
        ],
      }),
      { text: 'фасад', files: [{ fileId: 'l', name: 'photo.jpg', size: 9 }], profile },
    ],
    [
      'a voice message',
      message({ voice: { file_id: 'v', duration: 1 } }),
      { files: [{ fileId: 'v', name: 'voice.ogg' }], profile },
    ],
    ['a sticker', message({ sticker: { emoji: '👍' } }), { text: '👍', files: [], profile }],
    [
      'something new',
      message({ dice: { emoji: '🎲', value: 1 } }),
      { text: '(сообщение без текста)', files: [], profile },
    ],
    [
      'an edited message',
      { update_id: 1, edited_message: { message_id: 1, date: 1, edit_date: 2, chat, from, text: '150' } } as Update,
      { text: '150', files: [], profile },
    ],
    [
      'a pressed button',
      { update_id: 1, callback_query: { id: 'q', from, chat_instance: '1', data: 'search.confirm' } },
      { button: 'search.confirm', callbackQueryId: 'q', files: [], profile },
    ],
    ['another bot', message({ from: { ...from, is_bot: true }, text: 'x' }), undefined],
  ])('%s', (_name, update, expected) => expect(readUpdate(update)).toEqual(expected));
});

describe('privateChatOf', () => {
  it('is silent in groups', () => {
    expect(privateChatOf(message({ text: 'a' }))).toBe(7);
    expect(privateChatOf(message({ text: 'a', chat: { id: -5, type: 'supergroup', title: 'g' } }))).toBeUndefined();
    expect(privateChatOf({ update_id: 1, callback_query: { id: 'q', from, chat_instance: '1', data: 'a' } })).toBe(7);
  });
});
