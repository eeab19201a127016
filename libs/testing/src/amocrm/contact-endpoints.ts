import { type AccountState, mergeFields, type SimField } from './account-state.js';
import { created, hal, ok, problem } from './rest-answers.js';
import type { NounEndpoints, RestRequest, SimAnswer } from './sim-http.js';

/** Contacts and their links to chats. */
export class ContactEndpoints implements NounEndpoints {
  constructor(private readonly state: AccountState) {}

  handle({ key, id, query, items, body }: RestRequest): SimAnswer | null {
    switch (key) {
      case 'GET contacts':
        return this.search(query.get('query')?.replace(/\D/g, '') ?? '');
      case 'POST contacts':
        return created(
          items,
          'contacts',
          (item) =>
            this.state.createContact(String(item.name), (item.custom_fields_values as SimField[] | undefined) ?? []).id,
        );
      case 'GET contacts/:id':
        return this.state.contacts.has(id) ? ok(this.view(id)) : { status: 204 };
      case 'PATCH contacts/:id':
        return this.change(id, body as { name?: string; custom_fields_values?: SimField[] });
      case 'GET contacts/chats': {
        const chat = this.state.chats.get(query.get('chat_id') ?? '');
        return hal('chats', chat?.contactId ? [{ chat_id: chat.id, contact_id: chat.contactId }] : []);
      }
      case 'POST contacts/chats': {
        for (const item of items ?? []) {
          const chat = this.state.chats.get(String(item.chat_id));
          if (!chat || !this.state.contacts.has(Number(item.contact_id))) return problem(400, 'Bad Request');
          chat.contactId = Number(item.contact_id);
        }
        return hal('chats', items ?? []);
      }
      default:
        return null;
    }
  }

  /** By digits of any field: a phone. */
  private search(digits: string): SimAnswer {
    const found = [...this.state.contacts.values()].filter((contact) =>
      contact.custom_fields_values.some((field) =>
        field.values.some(({ value }) => String(value).replace(/\D/g, '').includes(digits)),
      ),
    );
    return hal(
      'contacts',
      found.map((contact) => this.view(contact.id)),
    );
  }

  private change(id: number, change: { name?: string; custom_fields_values?: SimField[] }): SimAnswer {
    const contact = this.state.contacts.get(id);
    if (!contact) return problem(404, 'Not Found');
    contact.name = change.name ?? contact.name;
    contact.custom_fields_values = mergeFields(contact.custom_fields_values, change.custom_fields_values ?? []);
    return ok(this.view(contact.id));
  }

  private view(id: number): object {
    const contact = this.state.contacts.get(id);
    const leads = [...this.state.leads.values()]
      .filter((lead) => lead.contactIds.includes(id))
      .map((lead) => ({ id: lead.id }));
    return { ...contact, _embedded: { leads } };
  }
}
