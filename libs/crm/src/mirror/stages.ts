import type { OutboxBody } from '#libs/chats';

/**
 * The stages of a lead in order and what reaches each of them: the one table of the pipeline's rules. A lead only moves
 * forward, never out of won or lost and never while a manager keeps it in another pipeline.
 */
export const STAGES = [
  { name: 'first', status: 'Первый контакт', reachedBy: 'the first message' },
  { name: 'confirmed', status: 'Условия подтверждены', reachedBy: 'search conditions confirmed' },
  { name: 'offer', status: 'Показаны варианты', reachedBy: 'analogs shown' },
  { name: 'contact', status: 'Оставлен контакт', reachedBy: 'contact left' },
  { name: 'manager', status: 'У менеджера', reachedBy: 'hand-off' },
] as const;

export type StageName = (typeof STAGES)[number]['name'];

/** Statuses every amoCRM pipeline has: won and lost. */
export const CLOSED_STATUSES: readonly number[] = [142, 143];

function isStageName(value: unknown): value is StageName {
  return STAGES.some(({ name }) => name === value);
}

/** The stage an effect of the dialog leads to; null when it leads to none. */
export function stageOf(body: OutboxBody): StageName | null {
  if (body.type === 'handoff') return 'manager';
  if (body.type !== 'crm') return null;
  if (body.name === 'stage') return isStageName(body.data.stage) ? body.data.stage : null;
  if (body.name === 'slots' && body.data.scenario === 'search' && body.data.slots !== undefined) return 'confirmed';
  return body.name === 'contact' ? 'contact' : null;
}

/** Whether `to` is further along the pipeline than the stage the lead is in. `sort` grows along the pipeline. */
export function isForward(
  from: { statusId: number; pipelineId: number },
  to: { statusId: number; pipelineId: number },
  sort: ReadonlyMap<number, number>,
): boolean {
  if (from.pipelineId !== to.pipelineId || CLOSED_STATUSES.includes(from.statusId)) return false;
  const [here, there] = [sort.get(from.statusId), sort.get(to.statusId)];
  return here !== undefined && there !== undefined && there > here;
}
