import { describe, expect, it } from 'vitest';
import { readChatHook } from './chat-hook.js';

const conversation = { id: 'amojo-chat', client_id: 'telegram:1' };
const user = { id: 'manager' };
const place = { userId: 'manager', amojoChatId: 'amojo-chat', chatId: 'telegram:1' };

describe(readChatHook.name, () => {
  it('reads a reaction, with our id of the message when they repeat it', () => {
    const reaction = { user, conversation, message: { id: 'm', client_id: 'ours' }, type: 'unreact', emoji: '👍' };
    expect(readChatHook({ time: 10, action: { reaction } })).toEqual({
      kind: 'reaction',
      ...place,
      messageId: 'm',
      clientMessageId: 'ours',
      emoji: '👍',
      on: false,
      at: 10,
    });
  });

  it('reads typing until when they say', () => {
    const typing = { user, conversation, expired_at: 1_681_738_780 };
    expect(readChatHook({ action: { typing } })).toEqual({ kind: 'typing', ...place, until: 1_681_738_780_000 });
  });

  it('tells an edit from a new message by its mark', () => {
    const message = { sender: user, conversation, timestamp: 1, message: { id: 'm', type: 'text', text: 'x' } };
    expect(readChatHook({ message })).not.toHaveProperty('isEdit');
    expect(readChatHook({ event_type: 'edit_message', message })).toMatchObject({ kind: 'message', isEdit: true });
  });

  it.each([
    { reaction: { user, conversation, message: {}, emoji: '👍' } },
    { reaction: { user: {}, conversation, message: { id: 'm' }, emoji: '👍' } },
    { reaction: { user, conversation, message: { id: 'm' }, emoji: 7 } },
    { typing: { user, conversation: {}, expired_at: 1 } },
    { typing: { user, conversation, expired_at: 'soon' } },
    { unheard: {} },
  ])('takes %j for nothing it knows', (action) => expect(readChatHook({ action })).toEqual({ kind: 'other' }));
});
