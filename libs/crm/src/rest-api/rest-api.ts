import { samePhone } from '../phone.js';
import type { RestTransport } from './client.js';
import type {
  Account,
  Contact,
  CustomField,
  CustomFieldValue,
  Lead,
  Note,
  Pipeline,
  PipelineStatus,
  Source,
  Talk,
  Task,
  UnsortedLead,
  User,
  Webhook,
} from './types.js';

/** Pages followed at most: a list longer than this is not what a chat bot should read. */
const MAX_PAGES = 20;

/** Typed calls of REST v4 that the product needs; shapes are theirs, the rest of the product never sees them. */
export class RestApi {
  constructor(private readonly transport: RestTransport) {}

  async account(): Promise<Account> {
    const answer = await this.transport.call({
      operation: 'account',
      method: 'GET',
      path: '/api/v4/account',
      query: { with: 'amojo_id' },
    });
    return answer as Account;
  }

  users(): Promise<User[]> {
    return this.list<User>('users', '/api/v4/users', 'users', { with: 'amojo_id' });
  }

  pipelines(): Promise<Pipeline[]> {
    return this.list<Pipeline>('pipelines', '/api/v4/leads/pipelines', 'pipelines');
  }

  createStatus(pipelineId: number, status: { name: string; sort: number }): Promise<PipelineStatus> {
    const path = `/api/v4/leads/pipelines/${pipelineId}/statuses`;
    return this.createOne<PipelineStatus>('create status', path, 'statuses', status);
  }

  sources(): Promise<Source[]> {
    return this.list<Source>('sources', '/api/v4/sources', 'sources');
  }

  createSource(source: { name: string; external_id: string; pipeline_id?: number }): Promise<Source> {
    return this.createOne<Source>('create source', '/api/v4/sources', 'sources', source);
  }

  leadFields(): Promise<CustomField[]> {
    return this.list<CustomField>('lead fields', '/api/v4/leads/custom_fields', 'custom_fields');
  }

  createLeadField(field: { name: string; code: string; type: string }): Promise<CustomField> {
    return this.createOne<CustomField>('create lead field', '/api/v4/leads/custom_fields', 'custom_fields', field);
  }

  async lead(id: number): Promise<Lead | null> {
    const answer = await this.transport.call({
      operation: 'lead',
      method: 'GET',
      path: `/api/v4/leads/${id}`,
      query: { with: 'contacts' },
    });
    return answer as Lead | null;
  }

  createLead(lead: {
    name: string;
    pipeline_id?: number;
    status_id?: number;
    custom_fields_values?: CustomFieldValue[];
    _embedded?: { contacts?: { id: number }[]; source?: { external_id: string; type: 'widget' } };
  }): Promise<{ id: number }> {
    return this.createOne<{ id: number }>('create lead', '/api/v4/leads', 'leads', lead);
  }

  /**
   * Creates a lead together with its new contact in one request. Answers bare array items (not HAL); their duplicate
   * control may have joined an existing lead.
   */
  async createLeadWithContact(lead: {
    name: string;
    pipeline_id: number;
    status_id: number;
    custom_fields_values: CustomFieldValue[];
    _embedded: {
      contacts: { name: string; custom_fields_values?: CustomFieldValue[] }[];
      source?: { external_id: string; type: 'widget' };
    };
  }): Promise<{ id: number; contactId: number }> {
    const operation = 'create lead with contact';
    const answer = await this.transport.call({
      operation,
      method: 'POST',
      path: '/api/v4/leads/complex',
      body: [lead],
    });
    const created = (Array.isArray(answer) ? answer[0] : undefined) as { id?: number; contact_id?: number } | undefined;
    if (typeof created?.id !== 'number' || typeof created.contact_id !== 'number') {
      throw new Error(`${operation}: the answer names nothing created`);
    }
    return { id: created.id, contactId: created.contact_id };
  }

  /** Leads whose custom field holds exactly this text: their search is fuzzy, so the field is compared again. */
  async leadsByField(fieldId: number, value: string): Promise<Lead[]> {
    const found = await this.list<Lead>('find lead', '/api/v4/leads', 'leads', { query: value, with: 'contacts' });
    return found.filter((lead) =>
      (lead.custom_fields_values ?? []).some(
        (field) => field.field_id === fieldId && field.values.some((one) => one.value === value),
      ),
    );
  }

  /** Adds a contact to a lead; nothing changes when it is there already. */
  async linkLead(leadId: number, contactId: number): Promise<void> {
    await this.transport.call({
      operation: 'link lead',
      method: 'POST',
      path: `/api/v4/leads/${leadId}/link`,
      body: [{ to_entity_id: contactId, to_entity_type: 'contacts' }],
    });
  }

  async updateLead(
    id: number,
    change: { name?: string; status_id?: number; pipeline_id?: number; custom_fields_values?: CustomFieldValue[] },
  ): Promise<void> {
    await this.transport.call({ operation: 'update lead', method: 'PATCH', path: `/api/v4/leads/${id}`, body: change });
  }

  /** Contacts whose phone is exactly this one: their search is fuzzy, so digits are compared again. E.164. */
  async contactsByPhone(phone: string): Promise<Contact[]> {
    const digits = phone.replace(/\D/g, '').slice(-10);
    const found = await this.list<Contact>('find contact', '/api/v4/contacts', 'contacts', {
      query: digits,
      with: 'leads',
    });
    return found.filter((contact) =>
      (contact.custom_fields_values ?? []).some(
        (field) => field.field_code === 'PHONE' && field.values.some(({ value }) => samePhone(String(value), phone)),
      ),
    );
  }

  createContact(contact: { name: string; custom_fields_values?: CustomFieldValue[] }): Promise<{ id: number }> {
    return this.createOne<{ id: number }>('create contact', '/api/v4/contacts', 'contacts', contact);
  }

  async contact(id: number): Promise<Contact | null> {
    const answer = await this.transport.call({
      operation: 'contact',
      method: 'GET',
      path: `/api/v4/contacts/${id}`,
      query: { with: 'leads' },
    });
    return answer as Contact | null;
  }

  async updateContact(id: number, change: { name?: string; custom_fields_values?: CustomFieldValue[] }): Promise<void> {
    await this.transport.call({
      operation: 'update contact',
      method: 'PATCH',
      path: `/api/v4/contacts/${id}`,
      body: change,
    });
  }

  /** Links a chat to a contact; a chat has at most one. */
  async linkChat(contactId: number, chatId: string): Promise<void> {
    await this.transport.call({
      operation: 'link chat',
      method: 'POST',
      path: '/api/v4/contacts/chats',
      body: [{ contact_id: contactId, chat_id: chatId }],
    });
  }

  async contactOfChat(chatId: string): Promise<number | null> {
    const chats = await this.list<{ contact_id: number }>('contact of chat', '/api/v4/contacts/chats', 'chats', {
      chat_id: chatId,
    });
    return chats[0]?.contact_id ?? null;
  }

  async addNote(entity: 'leads' | 'contacts', id: number, text: string): Promise<void> {
    await this.transport.call({
      operation: 'add note',
      method: 'POST',
      path: `/api/v4/${entity}/${id}/notes`,
      body: [{ note_type: 'common', params: { text } }],
    });
  }

  notes(entity: 'leads' | 'contacts', id: number): Promise<Note[]> {
    return this.list<Note>('notes', `/api/v4/${entity}/${id}/notes`, 'notes');
  }

  tasksOfLead(leadId: number): Promise<Task[]> {
    return this.list<Task>('tasks', '/api/v4/tasks', 'tasks', {
      'filter[entity_type]': 'leads',
      'filter[entity_id]': leadId,
    });
  }

  createTask(task: {
    text: string;
    /** Unix seconds. */
    complete_till: number;
    entity_id: number;
    entity_type: 'leads';
    responsible_user_id?: number;
  }): Promise<{ id: number }> {
    return this.createOne<{ id: number }>('create task', '/api/v4/tasks', 'tasks', task);
  }

  async talk(id: number): Promise<Talk | null> {
    return (await this.transport.call({
      operation: 'talk',
      method: 'GET',
      path: `/api/v4/talks/${id}`,
    })) as Talk | null;
  }

  talksOfContact(contactId: number): Promise<Talk[]> {
    return this.list<Talk>('talks', '/api/v4/talks', 'talks', { 'filter[contact_id]': contactId });
  }

  unsortedChats(): Promise<UnsortedLead[]> {
    return this.list<UnsortedLead>('unsorted', '/api/v4/leads/unsorted', 'unsorted', { 'filter[category]': 'chats' });
  }

  async acceptUnsorted(uid: string, statusId?: number): Promise<{ leadId: number | null }> {
    const answer = await this.transport.call({
      operation: 'accept unsorted',
      method: 'POST',
      path: `/api/v4/leads/unsorted/${uid}/accept`,
      body: statusId === undefined ? {} : { status_id: statusId },
    });
    const leads = (answer as { _embedded?: { leads?: { id: number }[] } } | null)?._embedded?.leads;
    return { leadId: leads?.[0]?.id ?? null };
  }

  webhooks(): Promise<Webhook[]> {
    return this.list<Webhook>('webhooks', '/api/v4/webhooks', 'webhooks');
  }

  /** Subscribes; the same destination again updates the subscription. */
  async subscribe(destination: string, settings: string[]): Promise<void> {
    await this.transport.call({
      operation: 'subscribe webhook',
      method: 'POST',
      path: '/api/v4/webhooks',
      body: { destination, settings },
    });
  }

  private async list<T>(
    operation: string,
    path: string,
    key: string,
    query: Record<string, string | number> = {},
  ): Promise<T[]> {
    const items: T[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await this.transport.call({
        operation,
        method: 'GET',
        path,
        query: { limit: 250, ...query, page },
      });
      const { _embedded: embedded, _links: links } = (answer ?? {}) as {
        _embedded?: Record<string, unknown>;
        _links?: { next?: unknown };
      };
      const found = embedded?.[key];
      if (Array.isArray(found)) items.push(...(found as T[]));
      if (!links?.next) break;
    }
    return items;
  }

  /** Bulk creation takes a bare array and answers HAL; the product creates one at a time. */
  private async createOne<T>(operation: string, path: string, key: string, item: object): Promise<T> {
    const answer = await this.transport.call({ operation, method: 'POST', path, body: [item] });
    const created = (answer as { _embedded?: Record<string, T[]> } | null)?._embedded?.[key]?.[0];
    if (created === undefined) throw new Error(`${operation}: the answer names nothing created`);
    return created;
  }
}
