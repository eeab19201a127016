import type { AccountState, SimTalk } from './account-state.js';
import { created, hal, ok } from './rest-answers.js';
import type { NounEndpoints, RestRequest, SimAnswer } from './sim-http.js';

/** Talks and tasks: what managers work through. */
export class TalkEndpoints implements NounEndpoints {
  constructor(private readonly state: AccountState) {}

  handle({ key, id, query, items }: RestRequest): SimAnswer | null {
    switch (key) {
      case 'GET talks':
        return hal(
          'talks',
          [...this.state.talks.values()]
            .filter((talk) => talk.contact_id === Number(query.get('filter[contact_id]')))
            .map(talkView),
        );
      case 'GET talks/:id': {
        const talk = this.state.talks.get(id);
        return talk ? ok(talkView(talk)) : { status: 204 };
      }
      case 'GET tasks':
        return hal(
          'tasks',
          [...this.state.tasks.values()].filter(
            ({ entity_id: lead }) => lead === Number(query.get('filter[entity_id]')),
          ),
        );
      case 'POST tasks':
        return created(items, 'tasks', (item) => {
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
      default:
        return null;
    }
  }
}

function talkView(talk: SimTalk): object {
  return { ...talk, status: talk.is_in_work ? 'in_work' : 'closed', entity_type: 'lead' };
}
