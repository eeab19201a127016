import type { ManagersDuty } from '../../ports.js';
import type { Turn } from '../../turn.js';
import { hoursInWords, openingInWords } from './duty-words.js';

const MINUTE_MS = 60_000;
/** Events of a chat whose client waits for a manager; libs/chats sets and stops their timers. */
export const REMINDER_EVENT = 'manager.remind';
export const WAIT_EVENT = 'manager.wait';

/** «Не буду ждать», «вернуться к боту»: the client has had enough of waiting. */
const GIVES_UP =
  /(?:^|[^\p{L}])(?:не\s+(?:буду|хочу)\s+(?:больше\s+)?ждать|не\s+ждать|вернут?ься\s+к\s+боту|верни(?:те)?\s+бота|(?:давай|продолж\p{L}*)\s+с\s+ботом)(?:[^\p{L}]|$)/iu;

/** What the client hears when the chat goes to a manager: honest about when somebody will answer. */
export function sayFarewell(turn: Turn): void {
  const { managers } = turn.deps;
  const now = managers?.now();
  if (managers && now && !managers.isOpen(now)) turn.say('handoff.farewellOffHours', offHours(managers, now));
  else if (managers && managers.waitMinutes > 0)
    turn.say('handoff.farewellWatched', { minutes: String(managers.waitMinutes) });
  else turn.say('handoff.farewell', {});
}

/** Nobody has answered for a while: the manager gets a task, in work time only. */
export function remindManager(turn: Turn): void {
  const { managers } = turn.deps;
  if (!managers || isAnswered(turn)) return;
  const now = managers.now();
  const patience = managers.reminderMinutes * MINUTE_MS;
  if (managers.isOpen(now)) {
    turn.effect({
      type: 'crm',
      name: 'task',
      data: { text: `Клиент ждёт ответа в чате больше ${managers.reminderMinutes} мин` },
      besideManager: true,
    });
    return;
  }
  const afterMs = managers.nextOpen(now).getTime() - now.getTime() + patience;
  turn.effect({ type: 'timer', name: REMINDER_EVENT, afterMs, besideManager: true });
}

/** The client is told, once a wait, what happens and that he need not wait. */
export function tellToWait(turn: Turn): void {
  const { managers } = turn.deps;
  if (!managers || isAnswered(turn) || turn.state.wait === 'told') return;
  turn.state.wait = 'told';
  const now = managers.now();
  if (managers.isOpen(now)) {
    turn.say('handoff.waiting', { minutes: String(managers.waitMinutes) }, { besideManager: true });
  } else turn.say('handoff.waitingOffHours', offHours(managers, now), { besideManager: true });
}

/** Whether a text calls the bot back instead of a manager. */
export function givesUpWaiting(text: string): boolean {
  return GIVES_UP.test(text);
}

/** Whether a press of «Не ждать» still means anything: a manager who has written has ended the wait. */
export function mayStopWaiting(turn: Turn): boolean {
  return turn.state.wait !== null && !isAnswered(turn);
}

/** The client waits no longer: the chat is the bot's again; the manager keeps the note and the task. */
export function stopWaiting(turn: Turn): void {
  turn.effect({ type: 'return', reason: 'client-stopped-waiting' });
  turn.state.owner = 'bot';
  turn.state.wait = null;
  turn.crm('note', { text: 'Клиент не стал ждать менеджера и вернулся к боту.' });
  turn.showOwner('bot');
  turn.say('handoff.cancelled', {});
}

/** A manager has written, or the chat has changed hands, later in this very turn. */
function isAnswered(turn: Turn): boolean {
  if (turn.owner !== 'manager') return true;
  return turn.state.queue
    .slice(1)
    .some((next) => next.kind === 'event' && (next.event.kind === 'manager' || next.event.kind === 'owner'));
}

function offHours(managers: ManagersDuty, now: Date): { hours: string; opening: string } {
  return { hours: hoursInWords(managers.hours), opening: openingInWords(now, managers.nextOpen(now)) };
}
