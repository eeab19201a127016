import { markCalendar } from '../entities/calendar.js';
import { markClock } from '../entities/clock.js';
import type { Entity } from '../entities/entity.js';
import type { Marking } from '../entities/mark.js';
import { findPatterns } from '../entities/patterns.js';
import { markPlaces } from '../entities/places.js';
import { markRequisites } from '../entities/requisites.js';
import { markSpokenPhones } from '../entities/spoken-phone.js';
import { foldText } from '../numbers/fold.js';
import type { Numeral } from '../numbers/numeral.js';
import { readNumerals } from '../numbers/numeral-grammar.js';
import { scanTokens } from '../numbers/scan.js';
import type { NumberMention, Quantity } from '../types.js';
import { TopicContext } from './context.js';
import { toQuantity } from './quantity.js';
import { findRanges } from './range.js';

/** Everything numeric one text says. */
export interface NumbersReading {
  /** Every number stated, in order, multipliers applied; not the digits of phones, addresses, dates and times. */
  readonly numbers: NumberMention[];
  /** The numbers with their units, limits and ranges. A calendar year is a quantity (unit `year`) but not a number. */
  readonly quantities: Quantity[];
  /** What the other digits are, in order. */
  readonly entities: Entity[];
}

const toMention = ({ value, start, end }: Numeral): NumberMention => ({ value, start, end });

const yearQuantity = (entity: Entity): Quantity | undefined => {
  const year = Number(/\d{4}/.exec(entity.value)?.[0]);
  return entity.type === 'year' && year > 0
    ? { min: year, max: year, unit: 'year', start: entity.start, end: entity.end }
    : undefined;
};

/**
 * Reads the numbers, quantities and numeric entities of a Russian text. Offsets are UTF-16 units of the text as given.
 * Total and bounded: never throws, reads the first 4,000 characters and 500 numbers, takes time linear in their number.
 */
export const readNumbers = (text: string): NumbersReading => {
  const folded = foldText(text);
  const entities = findPatterns(folded);
  const tokens = scanTokens(folded, entities);
  const numerals = readNumerals(tokens);
  const marking: Marking = { text: folded, tokens, numerals, entities, taken: new Set() };
  if (numerals.length > 0) {
    markRequisites(marking);
    if (numerals.length > 1) markSpokenPhones(marking);
    markPlaces(marking, text);
    markCalendar(marking);
  }
  markClock(marking);
  if (entities.length > 1) entities.sort((a, b) => a.start - b.start);
  const stated = marking.taken.size === 0 ? numerals : numerals.filter((numeral) => !marking.taken.has(numeral));
  const ranges = findRanges(tokens, stated);
  const quantities: Quantity[] = [];
  const topic = new TopicContext(folded, tokens, stated);
  let rangeIndex = 0;
  for (let i = 0; i < stated.length; i++) {
    const numeral = stated[i];
    if (numeral === undefined) continue;
    const range = ranges[rangeIndex];
    if (range?.low === numeral) {
      quantities.push(toQuantity(topic, tokens, i, numeral, range.high, range.loose));
      rangeIndex++;
      i++;
    } else quantities.push(toQuantity(topic, tokens, i, numeral, undefined, false));
  }
  for (const entity of entities) {
    const year = yearQuantity(entity);
    if (year !== undefined) quantities.push(year);
  }
  if (entities.length > 0) quantities.sort((a, b) => a.start - b.start);
  return { numbers: stated.map(toMention), quantities, entities };
};
