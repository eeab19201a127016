import { readAgreement } from './agreement/agreement.js';
import { readBack } from './back/back.js';
import { readContacts } from './contacts/contacts.js';
import type { IntentEvidence } from './intent/features.js';
import { readIntent } from './intent/intent.js';
import { readPlaces } from './places/places.js';
import { readNumbers } from './quantities/read.js';
import { readChoices } from './slots/choices.js';
import { readFigures } from './slots/figures.js';
import { transliterated } from './transliteration/transliteration.js';
import type { SlotSpan, Slots, Understanding, UnderstandingContext } from './types.js';
import { readUtterance } from './utterance/utterance.js';

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
  const out: Slots = {};
  for (const slot of SLOT_ORDER) if (slots[slot] !== undefined) Object.assign(out, { [slot]: slots[slot] });
  return out;
}

/** What the slots of a message say about its intent. */
export function evidenceOf(slots: Slots): IntentEvidence {
  const searchSlots = [
    slots.kind,
    slots.stations ?? slots.districts,
    slots.areaMin ?? slots.areaMax,
    slots.budgetMin ?? slots.budgetMax,
    slots.deal,
  ].filter((value) => value !== undefined).length;
  return { phone: slots.phone !== undefined, searchSlots, filled: Object.keys(slots) };
}

/**
 * Reads one message of a client: numbers, quantities, agreement, step back or correction, intent and the slots of every scenario.
 * Pure and total: no I/O, never throws, bounded time. `context` only breaks ties; nothing ambiguous is picked silently.
 */
export function understand(text: string, context: UnderstandingContext = {}): Understanding {
  const russian = transliterated(text);
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

function read(text: string, context: UnderstandingContext): Understanding {
  const utterance = readUtterance(text);
  const { numbers, quantities, entities } = readNumbers(text);
  const choices = readChoices(utterance);
  const places = readPlaces(utterance, ['place', 'stations', 'districts'].includes(context.expects ?? ''));
  const figures = readFigures(utterance, quantities, entities, choices.slots, context);
  const contacts = readContacts(utterance, entities, context);

  const slots: Slots = { ...choices.slots, ...figures.slots };
  if (places.stations.length > 0) slots.stations = places.stations;
  if (places.districts.length > 0) slots.districts = places.districts;
  if (places.anyPlace) slots.anyPlace = true;
  if (contacts.name !== undefined) slots.name = contacts.name;
  if (contacts.phone !== undefined) slots.phone = contacts.phone;
  if (contacts.preferredTime !== undefined) slots.preferredTime = contacts.preferredTime;
  if (slots.deal === undefined && slots.budgetPeriod !== undefined && slots.purpose !== 'investment')
    slots.deal = 'rent';
  if (context.expects === 'comment' && text.trim()) slots.comment = text.trim();

  const spans: SlotSpan[] = [...choices.spans, ...places.spans, ...figures.spans, ...contacts.spans];
  spans.sort((a, b) => a.start - b.start);
  return {
    text,
    numbers,
    quantities,
    agreement: readAgreement(utterance),
    back: readBack(utterance),
    intent: readIntent(utterance, evidenceOf(slots)),
    slots: ordered(slots),
    slotSpans: spans,
    ambiguities: [...places.ambiguities, ...figures.ambiguities],
  };
}
