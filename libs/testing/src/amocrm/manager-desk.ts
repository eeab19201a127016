import type { SimMessage } from './account-state.js';
import type { AmoCrmSimulator } from './simulator.js';

/** What a manager sees and does in the simulated account. */
export class ManagerDesk {
  constructor(private readonly simulator: AmoCrmSimulator) {}

  /** Chats with their leads, the one with the newest message first. */
  chats(): object[] {
    const { state } = this.simulator;
    return [...state.chats.values()]
      .map((chat) => {
        const lead = chat.contactId === null ? undefined : state.leadOfContact(chat.contactId);
        const contact = state.contacts.get(chat.contactId ?? 0);
        const stage = state.statuses.find(({ id }) => id === lead?.status_id)?.name ?? null;
        const fields = (lead?.custom_fields_values ?? []).flatMap((field) => {
          const name = state.leadFields.find(({ id }) => id === field.field_id)?.name;
          return name === undefined ? [] : [{ name, value: String(field.values[0]?.value ?? '') }];
        });
        return {
          id: chat.id,
          conversationId: chat.conversationId,
          client: contact?.name ?? chat.userName,
          phone:
            contact?.custom_fields_values.find(({ field_code: code }) => code === 'PHONE')?.values[0]?.value ?? null,
          isTalkOpen: state.talkOfChat(chat.id) !== undefined,
          lead: lead ? { id: lead.id, name: lead.name, stage, fields, notes: lead.notes } : null,
          tasks: [...state.tasks.values()].filter((task) => task.entity_id === lead?.id).map(({ text }) => text),
          messages: chat.messages.map(messageView),
          lastAt: chat.messages.at(-1)?.at ?? 0,
        };
      })
      .sort((a, b) => b.lastAt - a.lastAt);
  }

  /** False when there is no such chat. */
  say(chatId: string, text: string): boolean {
    if (!this.simulator.state.chats.has(chatId)) return false;
    this.simulator.say(chatId, { text });
    return true;
  }

  /** False when there is no such message of a manager. */
  edit(messageId: string, text: string): boolean {
    const message = this.simulator.state.messages.get(messageId);
    if (message?.author !== 'manager') return false;
    this.simulator.edit(messageId, text);
    return true;
  }

  /** False when there is no such chat. */
  type(chatId: string): boolean {
    if (!this.simulator.state.chats.has(chatId)) return false;
    this.simulator.type(chatId);
    return true;
  }

  /** False when the chat has no talk in work. */
  read(chatId: string): boolean {
    if (!this.simulator.state.talkOfChat(chatId)) return false;
    this.simulator.reads(chatId);
    return true;
  }

  /** False when the chat has no talk in work. */
  closeTalk(chatId: string): boolean {
    if (!this.simulator.state.talkOfChat(chatId)) return false;
    this.simulator.closeTalk(chatId);
    return true;
  }
}

function messageView({ delivery, reactions, ...message }: SimMessage): object {
  const { id, author, type, text, media, fileName, at, edited } = message;
  const emoji = reactions.map((reaction) => reaction.emoji);
  return { id, author, type, text, media, fileName, at, edited, reactions: emoji, delivery: delivery.at(-1) ?? null };
}
