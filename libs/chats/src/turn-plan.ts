import type { OutboxBody } from './outbox-item.js';
import type { ChatSettings } from './settings.js';
import type { ChatEvent, Effect, MessageContent, Owner } from './types.js';

/** Rows a commit writes, all numbers relative to the counters of the chat's row. */
export interface TurnPlan {
  transcript: { offset: number; content: MessageContent; inReplyTo: string | null }[];
  outbox: {
    id: string;
    target: string;
    offset: number;
    /** Offset of the transcript row the effect is; the absolute `seq` is put in by the commit. */
    seqOffset: number | null;
    author: 'bot' | 'system';
    body: OutboxBody;
    state: 'pending' | 'held';
  }[];
  timers: { name: string; afterMs: number; data: unknown }[];
  cancelTimers: string[];
  /** Whose the chat becomes by this turn; null leaves it. */
  owner: Owner | null;
}

/** Timer that gives a chat back to the bot after a manager's silence. */
export const OWNER_RETURN_TIMER = 'owner.return';
/** Timers that run while a client waits for a manager: the manager is reminded, then the client is told. Events of the chat. */
export const MANAGER_REMINDER_TIMER = 'manager.remind';
export const CLIENT_WAIT_TIMER = 'manager.wait';

/** Timers to set when a client begins to wait for a manager. */
export function waitTimers({
  managerReminderMs,
  clientWaitMs,
}: Pick<ChatSettings, 'managerReminderMs' | 'clientWaitMs'>): { name: string; afterMs: number }[] {
  return [
    { name: MANAGER_REMINDER_TIMER, afterMs: managerReminderMs },
    { name: CLIENT_WAIT_TIMER, afterMs: clientWaitMs },
  ].filter(({ afterMs }) => afterMs > 0);
}

/** Id of the client's message that the replies of a turn answer: the last it took; null when it took none. */
export function answeredMessage(events: readonly ChatEvent[]): string | null {
  return events.findLast((event) => event.kind === 'client')?.id ?? null;
}

/**
 * Turns effects into rows. Ids come from chat, turn and index of the effect, so a turn run twice writes the same ids.
 * Pure; `settings` decide which targets exist.
 */
export function planTurn(
  input: {
    chatId: string;
    channel: string;
    turn: number;
    events: readonly ChatEvent[];
    effects: readonly Effect[];
    /** Traceparent of the turn's span. */
    trace?: string | undefined;
  },
  settings: Pick<ChatSettings, 'pullChannels' | 'crm' | 'managerSilenceMs' | 'managerReminderMs' | 'clientWaitMs'>,
): TurnPlan {
  const plan: TurnPlan = { transcript: [], outbox: [], timers: [], cancelTimers: [], owner: null };
  const answered = answeredMessage(input.events);
  const push = (id: string, target: string, body: OutboxBody, seqOffset: number | null = null) =>
    plan.outbox.push({
      id,
      target,
      offset: plan.outbox.length + 1,
      seqOffset,
      author: body.type === 'message' ? 'bot' : 'system',
      body: input.trace === undefined ? body : { ...body, trace: input.trace },
      state: target === 'crm' && !settings.crm ? 'held' : 'pending',
    });
  input.effects.forEach((effect, index) => {
    const id = `${input.chatId}:${input.turn}:${index}`;
    switch (effect.type) {
      case 'reply': {
        const offset = plan.transcript.length + 1;
        plan.transcript.push({ offset, content: effect.message, inReplyTo: answered });
        const body: OutboxBody = { type: 'message', author: 'bot', seq: 0, message: effect.message };
        if (answered !== null) body.inReplyTo = answered;
        if (!settings.pullChannels.includes(input.channel)) push(id, input.channel, body, offset);
        if (settings.crm) push(`${id}:crm`, 'crm', body, offset);
        break;
      }
      case 'job':
        push(id, 'job', { type: 'job', name: effect.name, payload: effect.payload });
        break;
      case 'label':
        push(id, 'label', { type: 'label', labels: effect.labels });
        break;
      case 'crm':
        push(id, 'crm', { type: 'crm', name: effect.name, data: effect.data });
        break;
      case 'handoff':
        plan.owner = 'manager';
        push(id, 'crm', { type: 'handoff', reason: effect.reason, recap: effect.recap });
        if (settings.managerSilenceMs > 0) {
          plan.timers.push({ name: OWNER_RETURN_TIMER, afterMs: settings.managerSilenceMs, data: null });
        }
        for (const timer of waitTimers(settings)) plan.timers.push({ ...timer, data: null });
        break;
      case 'return':
        plan.owner = 'bot';
        plan.cancelTimers.push(OWNER_RETURN_TIMER, MANAGER_REMINDER_TIMER, CLIENT_WAIT_TIMER);
        break;
      case 'timer':
        plan.cancelTimers = plan.cancelTimers.filter((name) => name !== effect.name);
        plan.timers = plan.timers.filter((timer) => timer.name !== effect.name);
        plan.timers.push({ name: effect.name, afterMs: effect.afterMs, data: effect.data ?? null });
        break;
      case 'cancel-timer':
        plan.timers = plan.timers.filter((timer) => timer.name !== effect.name);
        plan.cancelTimers.push(effect.name);
        break;
      default: {
        const unknown: never = effect;
        throw new Error(`unknown effect ${JSON.stringify(unknown)}`);
      }
    }
  });
  return plan;
}

/**
 * What of a turn's effects may happen while a manager owns the chat: only what is marked so, and of that nothing the client
 * could hear once somebody has written or taken the chat (`isTaken`). A client who stops waiting has the whole turn.
 */
export function besideManager(effects: readonly Effect[], isTaken: boolean): Effect[] {
  if (!isTaken && effects.some(({ type }) => type === 'return')) return [...effects];
  return effects.filter(
    (effect) =>
      effect.type === 'label' ||
      ('besideManager' in effect && effect.besideManager && (!isTaken || effect.type === 'crm')),
  );
}
