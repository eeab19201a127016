import { readAgreement } from './agreement/agreement.js';
import { readBack } from './back/back.js';
import { readContacts } from './contacts/contacts.js';
import type { IntentEvidence } from './intent/features.js';
import { readIntent } from './intent/intent.js';
import { type Places, readPlaces } from './places/places.js';
import { type NumbersReading, readNumbers } from './quantities/read.js';
import { readChoices } from './slots/choices.js';
import { readFigures } from './slots/figures.js';
import { inCyrillic } from './transliteration/in-cyrillic.js';
import type { Ambiguity, SlotSpan, Slots, Understanding, UnderstandingContext } from './types.js';
import { readUtterance, type Utterance } from './utterance/utterance.js';

/** The order in which slots are printed and asked. */
const SLOT_ORDER: readonly (keyof Slots)[] = [
  'deal',
  'purpose',
  'kind',
  'areaMin',
  'areaMax',
  'stations',
  'districts',
  'anyPlace',
  'budgetMin',
  'budgetMax',
  'budgetPer',
  'budgetPeriod',
  'anyBudget',
  'classes',
  'readiness',
  'fitOut',
  'walkMeters',
  'floor',
  'model',
  'pricePerM2',
  'monthlyRent',
  'vatPercent',
  'payments',
  'name',
  'phone',
  'preferredTime',
  'comment',
];

function ordered(slots: Slots): Slots {
  const names = Object.keys(slots) as (keyof Slots)[];
  if (names.length < 2) return slots;
  names.sort((a, b) => SLOT_ORDER.indexOf(a) - SLOT_ORDER.indexOf(b));
  const out: Slots = {};
  for (const slot of names) if (slots[slot] !== undefined) Object.assign(out, { [slot]: slots[slot] });
  return out;
}

/** «не ограничен», «любой» after the question about the budget. */
const NO_LIMIT =
  /^(?:он |вообще |в целом )?(?:не ограничен[а-я]*|неограничен[а-я]*|без ограничений|любой|любая|не важно|неважно|не важен|все равно|без разницы|не принципиально|не имеет значения|какой угодно)[ .!]*$/;

/** What the slots of a message say about its intent. */
function evidenceOf({ slots, owner }: Facts): IntentEvidence {
  const searchSlots = [
    slots.kind,
    slots.stations ?? slots.districts,
    slots.areaMin ?? slots.areaMax,
    slots.budgetMin ?? slots.budgetMax,
    slots.deal,
  ].filter((value) => value !== undefined).length;
  return { phone: slots.phone !== undefined, searchSlots, owner, filled: Object.keys(slots) };
}

/** {@link evidenceOf} a message alone, for training. */
export const evidenceIn = (text: string): IntentEvidence =>
  evidenceOf(readFacts(readUtterance(text), readNumbers(text), {}));

/**
 * Reads one message of a client: numbers, quantities, agreement, step back or correction, intent and the slots of every scenario.
 * Pure and total: no I/O, never throws, bounded time. `context` only breaks ties; nothing ambiguous is picked silently.
 */
export function understand(text: string, context: UnderstandingContext = {}): Understanding {
  const russian = inCyrillic(text);
  if (russian === undefined) return read(text, context);
  const moved = <T extends { start: number; end: number }>(spans: readonly T[]): T[] =>
    spans.map((span) => ({ ...span, start: russian.toOriginal(span.start), end: russian.toOriginal(span.end) }));
  const reading = read(russian.text, context);
  return {
    ...reading,
    text,
    numbers: moved(reading.numbers),
    quantities: moved(reading.quantities),
    slotSpans: moved(reading.slotSpans),
    ambiguities: moved(reading.ambiguities),
  };
}

/** «Анна Перова»: a surname is no station. */
function withoutName(places: Places, spans: readonly SlotSpan[]): void {
  const name = spans.find(({ slot }) => slot === 'name');
  if (name === undefined) return;
  const isInName = ({ start, end }: { start: number; end: number }) => start >= name.start && end <= name.end;
  if (!places.spans.some(isInName)) return;
  places.spans = places.spans.filter((span) => !isInName(span));
  places.ambiguities = places.ambiguities.filter((ambiguity) => !isInName(ambiguity));
  if (!places.spans.some(({ slot }) => slot === 'stations')) places.stations = [];
  if (!places.spans.some(({ slot }) => slot === 'districts')) places.districts = [];
}

/** What a message states, before it is asked what it wants. */
interface Facts {
  slots: Slots;
  spans: SlotSpan[];
  ambiguities: Ambiguity[];
  /** The client sells or lets premises. */
  owner: boolean;
}

function readFacts(
  utterance: Utterance,
  { quantities, entities }: NumbersReading,
  context: UnderstandingContext,
): Facts {
  const choices = readChoices(utterance);
  const places = readPlaces(utterance, ['place', 'stations', 'districts'].includes(context.expects ?? ''));
  const figures = readFigures(utterance, quantities, entities, choices.slots, context);
  const contacts = readContacts(utterance, entities, context);
  if (contacts.name !== undefined) withoutName(places, contacts.spans);

  const slots: Slots = { ...choices.slots, ...figures.slots };
  if (places.stations.length > 0) slots.stations = places.stations;
  if (places.districts.length > 0) slots.districts = places.districts;
  if (places.anyPlace) slots.anyPlace = true;
  if (contacts.name !== undefined) slots.name = contacts.name;
  if (contacts.phone !== undefined) slots.phone = contacts.phone;
  if (contacts.preferredTime !== undefined) slots.preferredTime = contacts.preferredTime;
  // A budget by the month or the year is a tenant's, unless an owner names what he asks.
  const isTenant = slots.budgetPeriod !== undefined && slots.purpose !== 'investment' && !choices.owner;
  if (slots.deal === undefined && isTenant) slots.deal = 'rent';
  if (context.expects === 'budget' && NO_LIMIT.test(utterance.folded) && slots.budgetMax === undefined)
    slots.anyBudget = true;
  if (context.expects === 'comment' && utterance.text.trim()) slots.comment = utterance.text.trim();

  const spans: SlotSpan[] = [...choices.spans, ...places.spans, ...figures.spans, ...contacts.spans];
  spans.sort((a, b) => a.start - b.start);
  return {
    slots: ordered(slots),
    spans,
    ambiguities: [...places.ambiguities, ...figures.ambiguities],
    owner: choices.owner,
  };
}

function read(text: string, context: UnderstandingContext): Understanding {
  const utterance = readUtterance(text);
  const numbers = readNumbers(text);
  const facts = readFacts(utterance, numbers, context);
  return {
    text,
    numbers: numbers.numbers,
    quantities: numbers.quantities,
    agreement: readAgreement(utterance),
    back: readBack(utterance),
    intent: readIntent(utterance, evidenceOf(facts)),
    slots: facts.slots,
    slotSpans: facts.spans,
    ambiguities: facts.ambiguities,
  };
}
