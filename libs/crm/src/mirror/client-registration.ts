import { derivedId } from '#libs/platform';
import type { ChatsApi } from '../chats-api/client.js';
import type { OurId } from '../chats-api/types.js';
import { normalizePhone } from '../phone.js';
import type { RestApi } from '../rest-api/rest-api.js';
import type { CustomFieldValue, Lead } from '../rest-api/types.js';
import type { CrmAccount } from './account.js';
import type { CrmChat, CrmChats } from './crm-chats.js';
import { CHAT_FIELD, fieldValue } from './lead-fields.js';
import { CLOSED_STATUSES } from './stages.js';

export interface ClientProfile {
  name?: string;
  phone?: string;
}

/** A chat that amoCRM knows in full: the chat itself, whose it is, and the lead. */
export interface RegisteredChat extends CrmChat {
  amojoChatId: NonNullable<CrmChat['amojoChatId']>;
  contactId: number;
  leadId: number;
}

/** Called before every request: throws when the attempt must not go on. */
export type Checkpoint = () => void;

/** Ids of a client that never change. */
export function senderIdOf(chatId: string): OurId {
  return `client:${chatId}` as OurId;
}

/** Key of the chat in the lead's field: opaque, and no key is a part of another one. */
export function chatKey(chatId: string): string {
  return derivedId('chat', chatId);
}

export function displayName(chatId: string, profile: ClientProfile): string {
  return profile.name ?? `Клиент ${chatKey(chatId).slice(-6)}`;
}

/**
 * Makes a chat known to amoCRM in steps, each stored before the next: chat → contact and lead → link. A client who is a
 * contact already (by phone) keeps the contact and an open lead of our pipeline. A retry after a crash finds the lead an
 * earlier try has made by the chat's key in its custom field.
 */
export class ClientRegistration {
  constructor(
    private readonly rest: RestApi,
    private readonly chats: ChatsApi,
    private readonly store: CrmChats,
  ) {}

  async register(
    account: CrmAccount,
    chatId: string,
    profile: ClientProfile,
    proceed: Checkpoint,
  ): Promise<RegisteredChat> {
    const chat = await this.store.open(chatId);
    if (chat.amojoChatId === null) {
      proceed();
      const phone = profile.phone ? normalizePhone(profile.phone) : null;
      const { chatId: amojoChatId } = await this.chats.createChat(account.scopeId, {
        conversation_id: chatId as OurId,
        user: { id: senderIdOf(chatId), name: displayName(chatId, profile), ...(phone ? { profile: { phone } } : {}) },
        source: { external_id: account.sourceExternalId },
      });
      chat.amojoChatId = amojoChatId;
      await this.store.save(chat);
    }
    if (chat.contactId === null || chat.leadId === null) {
      const { contactId, leadId } = await this.findOrCreate(account, chatId, profile, proceed);
      chat.contactId = contactId;
      chat.leadId = leadId;
      await this.store.save(chat);
    }
    if (chat.linkedContactId !== chat.contactId) {
      proceed();
      await this.rest.linkChat(chat.contactId, chat.amojoChatId);
      chat.linkedContactId = chat.contactId;
      await this.store.save(chat);
    }
    return chat as RegisteredChat;
  }

  /**
   * The client has left a phone. A contact who has it already gets the chat and the lead, otherwise the contact of the chat
   * gets the phone.
   */
  async identify(chat: RegisteredChat, person: { name: string; phone: string }, proceed: Checkpoint): Promise<void> {
    const phone = normalizePhone(person.phone);
    const known = phone ? await this.rest.contactsByPhone(phone) : [];
    const same = known.find(({ id }) => id === chat.contactId) ?? known[0];
    proceed();
    if (same && same.id !== chat.contactId) {
      await this.rest.linkLead(chat.leadId, same.id);
      chat.contactId = same.id;
      await this.store.save(chat);
      proceed();
      await this.rest.linkChat(same.id, chat.amojoChatId);
      chat.linkedContactId = same.id;
      await this.store.save(chat);
      return;
    }
    await this.rest.updateContact(chat.contactId, {
      ...(person.name ? { name: person.name } : {}),
      ...(phone ? { custom_fields_values: [phoneField(phone)] } : {}),
    });
  }

  private async findOrCreate(
    account: CrmAccount,
    chatId: string,
    profile: ClientProfile,
    proceed: Checkpoint,
  ): Promise<{ contactId: number; leadId: number }> {
    const fieldId = account.fields[CHAT_FIELD];
    const key = chatKey(chatId);
    const own = fieldId === undefined ? [] : await this.rest.leadsByField(fieldId, key);
    for (const lead of own) {
      const contactId = mainContact(lead);
      if (contactId !== undefined) return { contactId, leadId: lead.id };
    }
    const phone = profile.phone ? normalizePhone(profile.phone) : null;
    const contact = phone ? (await this.rest.contactsByPhone(phone))[0] : undefined;
    const name = displayName(chatId, profile);
    const shared = {
      name: `Чат: ${name}`,
      pipeline_id: account.pipelineId,
      status_id: account.statuses.first,
      custom_fields_values: fieldId === undefined ? [] : [fieldValue(fieldId, key)],
    };
    const source = { external_id: account.sourceExternalId, type: 'widget' as const };
    proceed();
    if (!contact) {
      const person = { name, ...(phone ? { custom_fields_values: [phoneField(phone)] } : {}) };
      const created = await this.rest.createLeadWithContact({ ...shared, _embedded: { contacts: [person], source } });
      return { contactId: created.contactId, leadId: created.id };
    }
    for (const { id } of contact._embedded?.leads ?? []) {
      const lead = await this.rest.lead(id);
      if (!lead || lead.pipeline_id !== account.pipelineId || CLOSED_STATUSES.includes(lead.status_id)) continue;
      await this.rest.updateLead(id, { custom_fields_values: shared.custom_fields_values });
      return { contactId: contact.id, leadId: id };
    }
    const lead = await this.rest.createLead({ ...shared, _embedded: { contacts: [{ id: contact.id }], source } });
    return { contactId: contact.id, leadId: lead.id };
  }
}

function phoneField(phone: string): CustomFieldValue {
  return { field_code: 'PHONE', values: [{ value: phone, enum_code: 'WORK' }] };
}

function mainContact(lead: Lead): number | undefined {
  const contacts = lead._embedded?.contacts ?? [];
  return (contacts.find(({ is_main: isMain }) => isMain) ?? contacts[0])?.id;
}
