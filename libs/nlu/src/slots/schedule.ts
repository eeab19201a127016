import type { Entity } from '../entities/entity.js';
import type { Quantity, SlotSpan, Slots } from '../types.js';

const QUARTER = /^(20\d{2})-Q([1-4])$/;

/** Words of a payment at the deal itself: «30% сразу», «первый взнос 30%». */
const AT_ONCE =
  /сразу|сейчас|при подписании|при покупке|при сделке|на сделке|первый взнос|первоначальный взнос|аванс|предоплат/;

/**
 * «30% сразу, 70% в 1 квартале 2027»: each per cent goes to the quarter named after it, or to the deal (`now`) when words
 * of paying at once stand around it and no quarter does.
 */
export function readSchedule(
  folded: string,
  quantities: readonly Quantity[],
  entities: readonly Entity[],
  out: { slots: Slots; spans: SlotSpan[] },
): void {
  const quarters = entities.filter((entity) => QUARTER.test(entity.value));
  const shares = quantities.filter((quantity) => quantity.unit === 'pct');
  const payments: Record<string, number> = {};
  for (const [i, share] of shares.entries()) {
    const until = shares[i + 1]?.start ?? folded.length;
    const quarter = quarters.find((entity) => entity.start >= share.end && entity.start < until);
    const value = share.max ?? share.min;
    if (value === undefined) continue;
    // A clause ends with a comma or «и»: «70% в марте, остальное сразу» must not lend its word to the share before.
    const clauseStart = Math.max(folded.lastIndexOf(',', share.start), shares[i - 1]?.end ?? 0, 0);
    const clauseEnd = folded.indexOf(',', share.end);
    const clause = folded.slice(clauseStart, Math.min(until, clauseEnd < 0 ? folded.length : clauseEnd));
    const key = quarter?.value ?? (AT_ONCE.test(clause) ? 'now' : undefined);
    if (!key) continue;
    payments[key] = (payments[key] ?? 0) + value;
    out.spans.push({ slot: 'payments', start: share.start, end: quarter?.end ?? share.end });
  }
  if (Object.keys(payments).length > 0) out.slots.payments = payments;
}

/** The latest quarter of commissioning: «сдача в 4 кв 2026», «сдача в 2027» (its last quarter). `isAsked`: the bot has just asked for it. */
export function readQuarter(
  folded: string,
  entities: readonly Entity[],
  out: { slots: Slots; spans: SlotSpan[] },
  isAsked: boolean,
): void {
  if (!isAsked && !/сда[чеюн]|ввод|готовност|заверш|достро|построят|введут|эксплуатац/.test(folded)) return;
  for (const entity of entities) {
    const value = QUARTER.test(entity.value)
      ? entity.value
      : entity.type === 'year'
        ? `${/\d{4}/.exec(entity.value)?.[0]}-Q4`
        : '';
    if (!QUARTER.test(value)) continue;
    out.slots.readiness = value;
    out.spans.push({ slot: 'readiness', start: entity.start, end: entity.end });
    return;
  }
}
