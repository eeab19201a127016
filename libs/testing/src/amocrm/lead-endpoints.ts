import { type AccountState, mergeFields, PIPELINE_ID, type SimField, type SimLead, STATUSES } from './account-state.js';
import { created, hal, ok, problem } from './rest-answers.js';
import type { NounEndpoints, RestRequest, SimAnswer } from './sim-http.js';

interface NewLead {
  name?: string;
  pipeline_id?: number;
  status_id?: number;
  custom_fields_values?: SimField[];
  _embedded?: {
    contacts?: { id?: number; name?: string; custom_fields_values?: SimField[] }[];
    source?: { external_id?: string };
  };
}

/** Announces what REST writes changed, so that the simulator can send CRM hooks. */
export interface LeadEvents {
  leadChanged(lead: SimLead, previousStatus: number | null): void;
}

/** Leads: made alone or together with a contact, found by text, changed, linked, with their notes; and those nobody has sorted. */
export class LeadEndpoints implements NounEndpoints {
  constructor(
    private readonly state: AccountState,
    private readonly events: LeadEvents,
  ) {}

  handle({ key, id, query, path, items, body }: RestRequest): SimAnswer | null {
    switch (key) {
      case 'POST leads':
        return created(items, 'leads', (item) => this.make(item as NewLead).id);
      case 'POST leads/complex':
        return items ? ok(items.map((item) => this.makeWithContact(item as NewLead))) : problem(400, 'Bad Request');
      case 'GET leads':
        return this.search(query.get('query') ?? '');
      case 'GET leads/:id': {
        const lead = this.state.leads.get(id);
        return lead ? ok(leadView(lead)) : { status: 204 };
      }
      case 'PATCH leads/:id':
        return this.change(id, body as Record<string, unknown>);
      case 'POST leads/:id/link':
        return this.link(id, items ?? []);
      case 'GET leads/:id/notes':
        return hal(
          'notes',
          (this.state.leads.get(id)?.notes ?? []).map((text, index) => ({
            id: index + 1,
            note_type: 'common',
            params: { text },
          })),
        );
      case 'POST leads/:id/notes': {
        const lead = this.state.leads.get(id);
        if (!lead) return problem(404, 'Not Found');
        for (const item of items ?? []) lead.notes.push(String((item.params as { text?: string } | undefined)?.text));
        return hal('notes', [{ id: this.state.number() }]);
      }
      case 'GET leads/unsorted':
        return hal(
          'unsorted',
          [...this.state.unsorted.values()].map((entry) => ({
            uid: entry.uid,
            category: 'chats',
            metadata: { origin: { chat_id: entry.chatId } },
            _embedded: { leads: [{ id: entry.leadId }], contacts: [{ id: entry.contactId }] },
          })),
        );
      case 'POST leads/unsorted/:uid/accept':
        return this.accept(path.split('/')[5] ?? '', (body as { status_id?: number } | undefined)?.status_id);
      default:
        return null;
    }
  }

  private make(item: NewLead): SimLead {
    return this.state.createLead({
      name: String(item.name ?? 'Сделка'),
      pipeline_id: Number(item.pipeline_id ?? PIPELINE_ID),
      status_id: Number(item.status_id ?? STATUSES[1].id),
      custom_fields_values: item.custom_fields_values ?? [],
      contactIds: (item._embedded?.contacts ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])),
      source: item._embedded?.source?.external_id ?? null,
    });
  }

  private makeWithContact(item: NewLead): object {
    const person = item._embedded?.contacts?.[0];
    const contact = this.state.createContact(person?.name ?? 'Контакт', person?.custom_fields_values ?? []);
    const lead = this.make(item);
    lead.contactIds.push(contact.id);
    return { id: lead.id, contact_id: contact.id, company_id: null, request_id: ['0'], merged: false };
  }

  /** Fuzzy, as theirs: a part of the name or of any field is enough. */
  private search(text: string): SimAnswer {
    const matches = (lead: SimLead) =>
      lead.name.includes(text) ||
      lead.custom_fields_values.some((field) => field.values.some(({ value }) => String(value).includes(text)));
    return hal('leads', [...this.state.leads.values()].filter(matches).map(leadView));
  }

  private link(id: number, items: Record<string, unknown>[]): SimAnswer {
    const lead = this.state.leads.get(id);
    if (!lead) return problem(404, 'Not Found');
    for (const item of items) {
      const contactId = Number(item.to_entity_id);
      if (!this.state.contacts.has(contactId)) return problem(400, 'Bad Request');
      if (!lead.contactIds.includes(contactId)) lead.contactIds.push(contactId);
    }
    return hal('links', items);
  }

  private accept(uid: string, statusId: number | undefined): SimAnswer {
    const entry = this.state.unsorted.get(uid);
    if (!entry) return problem(404, 'Not Found');
    this.state.unsorted.delete(uid);
    this.change(entry.leadId, { status_id: statusId ?? STATUSES[1].id });
    return ok({ uid, _embedded: { leads: [{ id: entry.leadId }] } });
  }

  private change(id: number, change: Record<string, unknown>): SimAnswer {
    const lead = this.state.leads.get(id);
    if (!lead) return problem(404, 'Not Found');
    const previous = lead.status_id;
    if (change.status_id !== undefined && !this.state.statuses.some((status) => status.id === change.status_id)) {
      return problem(400, 'Bad Request', [{ code: 'NotSupportedChoice', path: 'status_id' }]);
    }
    lead.status_id = Number(change.status_id ?? lead.status_id);
    lead.name = String(change.name ?? lead.name);
    const fields = (change.custom_fields_values as SimField[] | undefined) ?? [];
    const unknown = fields.find(
      (field) =>
        field.field_id !== undefined && !this.state.leadFields.some(({ id: known }) => known === field.field_id),
    );
    if (unknown)
      return problem(400, 'Bad Request', [{ code: 'NotSupportedChoice', path: 'custom_fields_values.0.field_id' }]);
    lead.custom_fields_values = mergeFields(lead.custom_fields_values, fields);
    this.events.leadChanged(lead, previous === lead.status_id ? null : previous);
    return ok(leadView(lead));
  }
}

/** A lead as they show it. */
function leadView(lead: SimLead): object {
  const { contactIds, source: _source, notes: _notes, ...rest } = lead;
  return { ...rest, _embedded: { contacts: contactIds.map((id, index) => ({ id, is_main: index === 0 })) } };
}
