import type { OutboxBody } from './outbox-item.js';
import type { ChatSettings } from './settings.js';
import type { ChatEvent, Effect, MessageContent } from './types.js';

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
  handoff: boolean;
}

/** Timer that gives a chat back to the bot after a manager's silence. */
export const OWNER_RETURN_TIMER = 'owner.return';

/**
 * Turns effects into rows. Ids come from chat, turn and index of the effect, so a turn run twice writes the same ids.
 * Pure; `settings` decide which targets exist.
 */
export function planTurn(
  input: { chatId: string; channel: string; turn: number; events: readonly ChatEvent[]; effects: readonly Effect[] },
  settings: Pick<ChatSettings, 'pullChannels' | 'crm' | 'managerSilenceMs'>,
): TurnPlan {
  const plan: TurnPlan = { transcript: [], outbox: [], timers: [], cancelTimers: [], handoff: false };
  const answered = input.events.findLast((event) => event.kind === 'client')?.id ?? null;
  const push = (id: string, target: string, body: OutboxBody, seqOffset: number | null = null) =>
    plan.outbox.push({
      id,
      target,
      offset: plan.outbox.length + 1,
      seqOffset,
      author: body.type === 'message' ? 'bot' : 'system',
      body,
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
        plan.handoff = true;
        push(id, 'crm', { type: 'handoff', reason: effect.reason, recap: effect.recap });
        if (settings.managerSilenceMs > 0) {
          plan.timers.push({ name: OWNER_RETURN_TIMER, afterMs: settings.managerSilenceMs, data: null });
        }
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
