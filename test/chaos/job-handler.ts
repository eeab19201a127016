import type { ChatEvent, Effect, JsonValue, TurnHandler } from '#libs/chats';

/** A dialog of two turns: a client's message asks for the job it carries, the job's result becomes a card. */
export const jobHandler: TurnHandler = {
  async run({ events }) {
    return {
      effects: events.flatMap(effectsOf),
      view: { scenario: 'valuation', step: 'working', slots: {} },
    };
  },
  apology: () => ({ text: 'Ошибка' }),
};

function effectsOf(event: ChatEvent): Effect[] {
  if (event.kind === 'client') {
    const { name, payload } = JSON.parse(event.text ?? '') as { name: string; payload: JsonValue };
    return [{ type: 'job', name, payload }];
  }
  if (event.kind !== 'job') return [];
  const rows = [{ label: 'Итог', value: event.status }];
  return [{ type: 'reply', message: { text: event.jobId, cards: [{ title: event.name, rows }] } }];
}
