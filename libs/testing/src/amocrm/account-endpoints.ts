import { type AccountState, MANAGERS, PIPELINE_ID } from './account-state.js';
import { created, hal, ok, problem } from './rest-answers.js';
import type { NounEndpoints, RestRequest, SimAnswer } from './sim-http.js';

/** The account itself: users, pipelines, sources, custom fields, subscriptions. */
export class AccountEndpoints implements NounEndpoints {
  constructor(private readonly state: AccountState) {}

  handle({ key, items, body }: RestRequest): SimAnswer | null {
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
      case 'GET sources':
        return hal('sources', this.state.sources);
      case 'POST sources':
        return created(items, 'sources', (item) => this.source(item));
      case 'GET leads/custom_fields':
        return hal('custom_fields', this.state.leadFields);
      case 'POST leads/custom_fields':
        return created(items, 'custom_fields', (item) => this.field(item));
      case 'GET webhooks':
        return hal(
          'webhooks',
          this.state.webhooks.map((hook) => ({ ...hook, disabled: false })),
        );
      case 'POST webhooks':
        return this.subscribe(body);
      default:
        return null;
    }
  }

  private source(item: Record<string, unknown>): number {
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
  }

  private field(item: Record<string, unknown>): number {
    const field = {
      id: this.state.number(),
      name: String(item.name),
      code: String(item.code),
      type: String(item.type),
    };
    this.state.leadFields.push(field);
    return field.id;
  }

  private subscribe(body: unknown): SimAnswer {
    const { destination, settings } = (body ?? {}) as { destination?: string; settings?: string[] };
    if (!destination || !settings) return problem(400, 'Bad Request');
    const existing = this.state.webhooks.find((hook) => hook.destination === destination);
    if (existing) existing.settings = settings;
    else this.state.webhooks.push({ id: this.state.number(), destination, settings });
    return ok({ destination, settings });
  }
}
