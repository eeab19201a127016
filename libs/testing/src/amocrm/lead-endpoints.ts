import { type AccountState, PIPELINE_ID, type SimField, type SimLead, STATUSES } from './account-state.js';
import type { SimAnswer, SimRequest } from './chats-endpoints.js';
import { hal, ok, problem } from './rest-answers.js';

interface NewLead {
  name?: string;
  pipeline_id?: number;
  status_id?: number;
  custom_fields_values?: SimField[];
  _embedded?: {
    contacts?: { name?: string; custom_fields_values?: SimField[] }[];
    source?: { external_id?: string };
  };
}

/** Leads made together with a contact, found by text, linked, with their notes, tasks and stages. */
export class LeadEndpoints {
  constructor(private readonly state: AccountState) {}

  /** Null when the method is not one of these. */
  handle(key: string, request: SimRequest, items: Record<string, unknown>[] | null): SimAnswer | null {
    const id = Number(request.path.split('/')[4]);
    switch (key) {
      case 'POST leads/complex':
        return items ? ok(items.map((item) => this.createWithContact(item as NewLead))) : problem(400, 'Bad Request');
      case 'GET leads':
        return this.search(request.query.get('query') ?? '');
      case 'POST leads/:id/link': {
        const lead = this.state.leads.get(id);
        if (!lead) return problem(404, 'Not Found');
        for (const item of items ?? []) {
          const contactId = Number(item.to_entity_id);
          if (!this.state.contacts.has(contactId)) return problem(400, 'Bad Request');
          if (!lead.contactIds.includes(contactId)) lead.contactIds.push(contactId);
        }
        return hal('links', items ?? []);
      }
      case 'GET leads/:id/notes': {
        const notes = this.state.leads.get(id)?.notes ?? [];
        return hal(
          'notes',
          notes.map((text, index) => ({ id: index + 1, note_type: 'common', params: { text } })),
        );
      }
      case 'GET tasks':
        return hal(
          'tasks',
          [...this.state.tasks.values()].filter(
            ({ entity_id: entity }) => entity === Number(request.query.get('filter[entity_id]')),
          ),
        );
      case 'POST leads/pipelines/:id/statuses': {
        const made = (items ?? []).map((item) => ({
          id: this.state.number(),
          name: String(item.name),
          type: 0,
          sort: Number(item.sort),
        }));
        this.state.statuses.push(...made);
        return hal('statuses', made);
      }
      default:
        return null;
    }
  }

  private createWithContact(item: NewLead): object {
    const person = item._embedded?.contacts?.[0];
    const contact = this.state.createContact(person?.name ?? 'Контакт', person?.custom_fields_values ?? []);
    const lead = this.state.createLead({
      name: item.name ?? 'Сделка',
      pipeline_id: item.pipeline_id ?? PIPELINE_ID,
      status_id: item.status_id ?? STATUSES[1].id,
      custom_fields_values: item.custom_fields_values ?? [],
      contactIds: [contact.id],
      source: item._embedded?.source?.external_id ?? null,
    });
    return { id: lead.id, contact_id: contact.id, company_id: null, request_id: ['0'], merged: false };
  }

  /** Fuzzy, as theirs: a part of the name or of any field is enough. */
  private search(text: string): SimAnswer {
    const matches = (lead: SimLead) =>
      lead.name.includes(text) ||
      lead.custom_fields_values.some((field) => field.values.some(({ value }) => String(value).includes(text)));
    return hal('leads', [...this.state.leads.values()].filter(matches).map(leadView));
  }
}

/** A lead as they show it. */
export function leadView(lead: SimLead): object {
  const { contactIds, source: _source, notes: _notes, ...rest } = lead;
  return { ...rest, _embedded: { contacts: contactIds.map((id, index) => ({ id, is_main: index === 0 })) } };
}
