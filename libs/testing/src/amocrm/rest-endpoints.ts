import { type AccountState, MANAGERS, PIPELINE_ID, type SimField, type SimLead, STATUSES } from './account-state.js';
import type { SimAnswer, SimRequest } from './chats-endpoints.js';
import { LeadEndpoints, leadView } from './lead-endpoints.js';
import { hal, ok, problem } from './rest-answers.js';

/** Announces what REST writes changed, so that the simulator can send CRM hooks. */
export interface RestEvents {
  leadChanged(lead: SimLead, previousStatus: number | null): void;
}

const LIMIT_PER_SECOND = 7;
/** Breaches after which the integration is blocked. */
const STRIKES = 20;

/** REST v4 of the simulated account: bearer tokens, 7 requests a second, HAL lists, bare arrays, problem+json. */
export class RestEndpoints {
  /** Arrival times of accepted requests, ms: tests assert the rate from it. */
  readonly arrivals: number[] = [];
  blocked = false;
  private readonly leads: LeadEndpoints;
  private strikes = 0;
  private readonly accessTokens = new Map<string, number>();
  private refreshToken = 'refresh-1';
  private generation = 1;
  /** Refresh tokens used twice: a client that does this would be cut off by the real peer. */
  reusedRefreshTokens = 0;

  constructor(
    private readonly state: AccountState,
    private readonly events: RestEvents,
    private readonly credentials: { longLivedToken: string; clientId: string; clientSecret: string },
  ) {
    this.leads = new LeadEndpoints(state);
  }

  handle(request: SimRequest, now: number): SimAnswer {
    if (request.path === '/oauth2/access_token') return this.oauth(request, now);
    if (this.blocked) return { status: 403, text: 'Forbidden' };
    if (!this.authorised(request, now)) return problem(401, 'Unauthorized');
    const recent = this.arrivals.filter((at) => now - at < 1_000);
    if (recent.length >= LIMIT_PER_SECOND) {
      this.strikes += 1;
      if (this.strikes >= STRIKES) this.blocked = true;
      return { status: 429, text: 'Too Many Requests' };
    }
    this.arrivals.push(now);
    let body: unknown;
    if (request.body.length > 0) {
      try {
        body = JSON.parse(request.body.toString('utf8'));
      } catch {
        return problem(400, 'Bad Request');
      }
    }
    return this.route(request, body);
  }

  /** Makes every issued access token old: the next call is answered 401. */
  expireTokens(): void {
    this.accessTokens.clear();
  }

  private authorised(request: SimRequest, now: number): boolean {
    const header = request.headers.authorization;
    const token = typeof header === 'string' ? header.replace(/^Bearer /, '') : '';
    if (token === this.credentials.longLivedToken) return true;
    return (this.accessTokens.get(token) ?? 0) > now;
  }

  private oauth(request: SimRequest, now: number): SimAnswer {
    const body = JSON.parse(request.body.toString('utf8') || '{}') as Record<string, unknown>;
    if (body.client_id !== this.credentials.clientId || body.client_secret !== this.credentials.clientSecret) {
      return problem(401, 'Invalid client');
    }
    if (body.grant_type === 'refresh_token' && body.refresh_token !== this.refreshToken) {
      this.reusedRefreshTokens += 1;
      return problem(401, 'Token has been revoked');
    }
    if (body.grant_type === 'authorization_code' && body.code !== 'code-1')
      return problem(400, 'Authorization code is invalid');
    this.generation += 1;
    const access = `access-${this.generation}`;
    this.refreshToken = `refresh-${this.generation}`;
    this.accessTokens.set(access, now + 86_400_000);
    return {
      status: 200,
      body: { token_type: 'Bearer', expires_in: 86_400, access_token: access, refresh_token: this.refreshToken },
    };
  }

  private route(request: SimRequest, body: unknown): SimAnswer {
    const path = request.path.replace('/api/v4/', '');
    const [collection, id, action] = path.split('/');
    const key = `${request.method} ${path.replace(/\/\d+(?=\/|$)/, '/:id').replace(/\/[0-9a-f-]{36}(?=\/|$)/, '/:uid')}`;
    const items = Array.isArray(body) ? (body as Record<string, unknown>[]) : null;
    switch (key) {
      case 'GET account':
        return ok({ id: 1, name: 'Симулятор', subdomain: this.state.subdomain, amojo_id: this.state.amojoId });
      case 'GET users':
        return hal(
          'users',
          MANAGERS.map((manager) => ({ ...manager })),
        );
      case 'GET leads/pipelines':
        return hal('pipelines', [
          { id: PIPELINE_ID, name: 'Воронка', is_main: true, _embedded: { statuses: this.state.statuses } },
        ]);
      case 'GET sources':
        return hal('sources', this.state.sources);
      case 'POST sources':
        return this.create(items, 'sources', (item) => {
          const existing = this.state.sources.find((source) => source.external_id === item.external_id);
          if (existing) return existing.id;
          const source = {
            id: this.state.number(),
            name: String(item.name),
            external_id: String(item.external_id),
            pipeline_id: Number(item.pipeline_id ?? PIPELINE_ID),
          };
          this.state.sources.push(source);
          return source.id;
        });
      case 'GET leads/custom_fields':
        return hal('custom_fields', this.state.leadFields);
      case 'POST leads/custom_fields':
        return this.create(items, 'custom_fields', (item) => {
          const field = {
            id: this.state.number(),
            name: String(item.name),
            code: String(item.code),
            type: String(item.type),
          };
          this.state.leadFields.push(field);
          return field.id;
        });
      case 'POST leads':
        return this.create(items, 'leads', (item) => {
          const embedded = item._embedded as
            | { contacts?: { id: number }[]; source?: { external_id?: string } }
            | undefined;
          return this.state.createLead({
            name: String(item.name ?? 'Сделка'),
            pipeline_id: Number(item.pipeline_id ?? PIPELINE_ID),
            status_id: Number(item.status_id ?? STATUSES[1].id),
            custom_fields_values: (item.custom_fields_values as SimField[] | undefined) ?? [],
            contactIds: (embedded?.contacts ?? []).map((contact) => contact.id),
            source: embedded?.source?.external_id ?? null,
          }).id;
        });
      case 'GET leads/:id': {
        const lead = this.state.leads.get(Number(id));
        return lead ? ok(leadView(lead)) : { status: 204 };
      }
      case 'PATCH leads/:id':
        return this.patchLead(Number(id), body as Record<string, unknown>);
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
      case 'POST leads/unsorted/:uid/accept': {
        const uid = request.path.split('/')[5] ?? '';
        const entry = this.state.unsorted.get(uid);
        if (!entry) return problem(404, 'Not Found');
        this.state.unsorted.delete(uid);
        this.patchLead(entry.leadId, {
          status_id: (body as { status_id?: number } | undefined)?.status_id ?? STATUSES[1].id,
        });
        return ok({ uid, _embedded: { leads: [{ id: entry.leadId }] } });
      }
      case 'POST leads/:id/notes': {
        const lead = this.state.leads.get(Number(id));
        if (!lead) return problem(404, 'Not Found');
        for (const item of items ?? []) lead.notes.push(String((item.params as { text?: string } | undefined)?.text));
        return hal('notes', [{ id: this.state.number() }]);
      }
      case 'GET contacts': {
        const query = request.query.get('query')?.replace(/\D/g, '') ?? '';
        const found = [...this.state.contacts.values()].filter((contact) =>
          contact.custom_fields_values.some((field) =>
            field.values.some(({ value }) => String(value).replace(/\D/g, '').includes(query)),
          ),
        );
        return hal(
          'contacts',
          found.map((contact) => this.contactView(contact.id)),
        );
      }
      case 'GET contacts/chats': {
        const chat = this.state.chats.get(request.query.get('chat_id') ?? '');
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
      case 'POST contacts':
        return this.create(
          items,
          'contacts',
          (item) =>
            this.state.createContact(String(item.name), (item.custom_fields_values as SimField[] | undefined) ?? []).id,
        );
      case 'GET contacts/:id':
        return this.state.contacts.has(Number(id)) ? ok(this.contactView(Number(id))) : { status: 204 };
      case 'PATCH contacts/:id': {
        const contact = this.state.contacts.get(Number(id));
        if (!contact) return problem(404, 'Not Found');
        const change = body as { name?: string; custom_fields_values?: SimField[] };
        contact.name = change.name ?? contact.name;
        contact.custom_fields_values = mergeFields(contact.custom_fields_values, change.custom_fields_values ?? []);
        return ok(this.contactView(contact.id));
      }
      case 'POST tasks':
        return this.create(items, 'tasks', (item) => {
          const task = {
            id: this.state.number(),
            text: String(item.text),
            entity_id: Number(item.entity_id),
            complete_till: Number(item.complete_till),
            responsible_user_id: item.responsible_user_id === undefined ? null : Number(item.responsible_user_id),
            is_completed: false,
          };
          this.state.tasks.set(task.id, task);
          return task.id;
        });
      case 'GET talks':
        return hal(
          'talks',
          [...this.state.talks.values()]
            .filter((talk) => talk.contact_id === Number(request.query.get('filter[contact_id]')))
            .map((talk) => ({ ...talk, status: talk.is_in_work ? 'in_work' : 'closed', entity_type: 'lead' })),
        );
      case 'GET talks/:id': {
        const talk = this.state.talks.get(Number(id));
        return talk
          ? ok({ ...talk, status: talk.is_in_work ? 'in_work' : 'closed', entity_type: 'lead' })
          : { status: 204 };
      }
      case 'GET webhooks':
        return hal(
          'webhooks',
          this.state.webhooks.map((hook) => ({ ...hook, disabled: false })),
        );
      case 'POST webhooks': {
        const { destination, settings } = body as { destination?: string; settings?: string[] };
        if (!destination || !settings) return problem(400, 'Bad Request');
        const existing = this.state.webhooks.find((hook) => hook.destination === destination);
        if (existing) existing.settings = settings;
        else this.state.webhooks.push({ id: this.state.number(), destination, settings });
        return ok({ destination, settings });
      }
      default:
        return (
          this.leads.handle(key, request, items) ??
          problem(404, `no such method: ${request.method} ${collection}/${id ?? ''}/${action ?? ''}`)
        );
    }
  }

  private patchLead(id: number, change: Record<string, unknown>): SimAnswer {
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

  private create(
    items: Record<string, unknown>[] | null,
    key: string,
    make: (item: Record<string, unknown>) => number,
  ): SimAnswer {
    if (!items) return problem(400, 'Bad Request', [{ code: 'InvalidType', path: '0' }]);
    return hal(
      key,
      items.map((item) => ({ id: make(item), request_id: String(item.request_id ?? '0') })),
    );
  }

  private contactView(id: number): object {
    const contact = this.state.contacts.get(id);
    const leads = [...this.state.leads.values()]
      .filter((lead) => lead.contactIds.includes(id))
      .map((lead) => ({ id: lead.id }));
    return { ...contact, _embedded: { leads } };
  }
}

function mergeFields(current: SimField[], change: SimField[]): SimField[] {
  const same = (a: SimField, b: SimField) =>
    (a.field_id !== undefined && a.field_id === b.field_id) ||
    (a.field_code !== undefined && a.field_code === b.field_code);
  return [...current.filter((field) => !change.some((other) => same(field, other))), ...change];
}
