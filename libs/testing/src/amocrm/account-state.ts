import { createHash } from 'node:crypto';

export interface SimMessage {
  /** Their UUID. */
  id: string;
  /** Our msgid, when we imported it. */
  clientId: string | null;
  chatId: string;
  author: 'client' | 'bot' | 'manager';
  authorRef: string | null;
  type: string;
  text: string | null;
  media: string | null;
  fileName: string | null;
  at: number;
  edited: boolean;
  delivery: { status: number; errorCode?: number; error?: string }[];
  /** What stands under it, and by whom. */
  reactions: { user: string; emoji: string }[];
}

export interface SimChat {
  id: string;
  /** Our conversation id; null until the client of a "write first" chat answers. */
  conversationId: string | null;
  userId: string;
  userClientId: string;
  userName: string;
  userPhone: string | null;
  contactId: number | null;
  sourceExternalId: string | null;
  messages: SimMessage[];
}

export interface SimField {
  field_id?: number;
  field_code?: string;
  values: { value: unknown; enum_code?: string }[];
}

export interface SimContact {
  id: number;
  name: string;
  custom_fields_values: SimField[];
  responsible_user_id: number;
}

export interface SimLead {
  id: number;
  name: string;
  pipeline_id: number;
  status_id: number;
  responsible_user_id: number;
  custom_fields_values: SimField[];
  contactIds: number[];
  source: string | null;
  notes: string[];
}

export interface SimTalk {
  talk_id: number;
  chat_id: string;
  contact_id: number;
  entity_id: number;
  is_in_work: boolean;
  is_read: boolean;
  updated_at: number;
}

export interface SimTask {
  id: number;
  text: string;
  entity_id: number;
  complete_till: number;
  responsible_user_id: number | null;
  is_completed: boolean;
}

export interface SimUnsorted {
  uid: string;
  chatId: string;
  leadId: number;
  contactId: number;
}

export const MANAGERS = [
  { id: 501, name: 'Анна Петрова', amojo_id: 'aaaaaaaa-0000-4000-8000-000000000501' },
  { id: 502, name: 'Илья Смирнов', amojo_id: 'aaaaaaaa-0000-4000-8000-000000000502' },
] as const;

/** Stages of the simulated pipeline, in order. */
export const STATUSES = [
  { id: 1000, name: 'Неразобранное', type: 1, sort: 10 },
  { id: 1001, name: 'Первый контакт', type: 0, sort: 20 },
  { id: 1002, name: 'Условия подтверждены', type: 0, sort: 30 },
  { id: 1003, name: 'Показаны варианты', type: 0, sort: 40 },
  { id: 1004, name: 'Оставлен контакт', type: 0, sort: 50 },
  { id: 1005, name: 'У менеджера', type: 0, sort: 60 },
  { id: 142, name: 'Успешно реализовано', type: 0, sort: 10_000 },
  { id: 143, name: 'Закрыто и не реализовано', type: 0, sort: 11_000 },
] as const;

export const PIPELINE_ID = 900;

/** State of one simulated account over both systems. Ids are seeded by a counter, so that a run can be repeated. */
export class AccountState {
  readonly amojoId = 'bbbbbbbb-0000-4000-8000-00000000acc1';
  readonly subdomain = 'sim';
  readonly channel: { id: string; secret: string; botId: string };
  connected = false;
  readonly chats = new Map<string, SimChat>();
  readonly messages = new Map<string, SimMessage>();
  readonly contacts = new Map<number, SimContact>();
  readonly leads = new Map<number, SimLead>();
  readonly talks = new Map<number, SimTalk>();
  readonly tasks = new Map<number, SimTask>();
  /** Clients shown as typing. */
  readonly typing: { chatId: string; senderId: string; at: number }[] = [];
  readonly unsorted = new Map<string, SimUnsorted>();
  readonly sources: { id: number; name: string; external_id: string; pipeline_id: number }[] = [];
  /** Stages of the only pipeline. */
  readonly statuses: { id: number; name: string; type: number; sort: number }[] = STATUSES.map((one) => ({ ...one }));
  /** Files managers send: what their `media` addresses lead to. */
  readonly media = new Map<string, { bytes: Buffer; contentType: string }>();
  readonly leadFields: { id: number; name: string; code: string; type: string }[] = [];
  readonly webhooks: { id: number; destination: string; settings: string[] }[] = [];
  private counter = 0;

  constructor(
    channel: { id: string; secret: string; botId: string },
    /** Ids of two accounts with different seeds never meet. */
    private readonly seed = 'sim',
  ) {
    this.channel = channel;
  }

  get scopeId(): string {
    return `${this.channel.id}_${this.amojoId}`;
  }

  number(): number {
    this.counter += 1;
    return 10_000 + this.counter;
  }

  uuid(): string {
    this.counter += 1;
    const hex = createHash('sha1').update(`${this.seed}:${this.counter}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  chatByConversation(conversationId: string): SimChat | undefined {
    return [...this.chats.values()].find((chat) => chat.conversationId === conversationId);
  }

  messageByClientId(clientId: string): SimMessage | undefined {
    return [...this.messages.values()].find((message) => message.clientId === clientId);
  }

  createChat(
    user: { id: string; name: string; phone?: string | null },
    conversationId: string | null,
    source: string | null,
  ): SimChat {
    const chat: SimChat = {
      id: this.uuid(),
      conversationId,
      userId: this.uuid(),
      userClientId: user.id,
      userName: user.name,
      userPhone: user.phone ?? null,
      contactId: null,
      sourceExternalId: source,
      messages: [],
    };
    this.chats.set(chat.id, chat);
    return chat;
  }

  createContact(name: string, fields: SimField[] = []): SimContact {
    const contact: SimContact = {
      id: this.number(),
      name,
      custom_fields_values: fields,
      responsible_user_id: MANAGERS[0].id,
    };
    this.contacts.set(contact.id, contact);
    return contact;
  }

  createLead(lead: Partial<Omit<SimLead, 'id' | 'notes'>>): SimLead {
    const created: SimLead = {
      id: this.number(),
      name: lead.name ?? 'Сделка',
      pipeline_id: lead.pipeline_id ?? PIPELINE_ID,
      status_id: lead.status_id ?? STATUSES[1].id,
      responsible_user_id: lead.responsible_user_id ?? MANAGERS[0].id,
      custom_fields_values: lead.custom_fields_values ?? [],
      contactIds: lead.contactIds ?? [],
      source: lead.source ?? null,
      notes: [],
    };
    this.leads.set(created.id, created);
    return created;
  }

  leadOfContact(contactId: number): SimLead | undefined {
    return [...this.leads.values()].find(
      (lead) => lead.contactIds.includes(contactId) && lead.status_id !== 142 && lead.status_id !== 143,
    );
  }

  talkOfChat(chatId: string): SimTalk | undefined {
    return [...this.talks.values()].find((talk) => talk.chat_id === chatId && talk.is_in_work);
  }
}

/** Fields after a change: those named in it are replaced, the others stay. */
export function mergeFields(current: SimField[], change: SimField[]): SimField[] {
  const same = (a: SimField, b: SimField) =>
    (a.field_id !== undefined && a.field_id === b.field_id) ||
    (a.field_code !== undefined && a.field_code === b.field_code);
  return [...current.filter((field) => !change.some((other) => same(field, other))), ...change];
}
