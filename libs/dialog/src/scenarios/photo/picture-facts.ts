import type { Slots, Understanding } from '#libs/nlu';
import type { ImageFields } from '#libs/vision';
import type { FormName } from '../../node-names.js';
import { formatArea, formatNumber, formatRoubles, nominalArea } from '../../ru-format.js';
import type { FormSlots } from '../../state.js';
import { DEAL_WORDS, FIT_OUT_WORDS, KIND_WORDS } from '../../vocabulary.js';
import type { PictureFacts } from './photo-state.js';

/** Longest address shown; it is text of a picture. */
const ADDRESS_LIMIT = 120;

/** Facts to be confirmed out of what was read. A phone in an ad is somebody else's and is not taken. */
export function factsOf(fields: ImageFields): PictureFacts {
  const { areaSqm, price, deal, premises, address, station, floor } = fields;
  return {
    ...(areaSqm && { areaSqm: areaSqm.value }),
    ...(price && { price: price.value }),
    ...(deal && { deal: deal.value }),
    ...(premises && { premises: premises.value }),
    ...(address && { address: quoted(address.value, ADDRESS_LIMIT) }),
    ...(station && { station: quoted(station.value, ADDRESS_LIMIT) }),
    ...(floor && { floor: floor.value }),
  };
}

/** Text of a picture on one line, shortened, without addresses of pages: a reply must not become a link somebody drew. */
export function quoted(text: string, limit: number): string {
  const line = text
    .replace(/[a-z][a-z0-9+.-]*:\/\/\S+|www\.\S+/giu, '…')
    .replace(/[\s«»]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit).trimEnd()}…` : line;
}

/** «146,2 м², этаж 3, аренда, 250 000 ₽ в месяц». */
export function factsPhrase(facts: PictureFacts): string {
  const { areaSqm, price, deal, premises, address, station, floor, fitOut } = facts;
  return [
    premises && KIND_WORDS[premises],
    areaSqm !== undefined && formatArea(areaSqm),
    deal && (deal === 'sale' ? 'продажа' : DEAL_WORDS.rent),
    price && pricePhrase(price),
    floor !== undefined && `этаж ${formatNumber(floor)}`,
    station && `метро ${station}`,
    address && `адрес: ${address}`,
    fitOut && `отделка ${FIT_OUT_WORDS[fitOut]}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function pricePhrase({ rub, per, period }: NonNullable<PictureFacts['price']>): string {
  const time = { once: '', month: ' в месяц', year: ' в год' }[period];
  return `${formatRoubles(rub)}${per === 'sqm' ? ' за м²' : ''}${time}`;
}

/** The facts as answers of a form; what a form has no question for is left out by the form itself. */
export function slotsOfFacts(form: FormName, facts: PictureFacts, known: FormSlots): FormSlots {
  const { areaSqm, deal, premises, station, fitOut } = facts;
  return {
    ...(deal && { deal }),
    ...(premises && { kind: premises }),
    ...(station && { stations: [station] }),
    ...(fitOut && { fitOut }),
    ...(areaSqm !== undefined && areaSlots(form, areaSqm)),
    ...priceSlots(form, facts, known),
  };
}

/** Somebody who looks for premises like these takes ±10 %, as a bare number would; a valuation is of exactly this area. */
function areaSlots(form: FormName, area: number): FormSlots {
  if (form !== 'search') return { areaMin: area, areaMax: area };
  const tenths = (value: number) => Math.round(value * 10) / 10;
  return { areaMin: tenths(area * 0.9), areaMax: tenths(area * 1.1) };
}

function priceSlots(form: FormName, { price, areaSqm, premises, deal }: PictureFacts, known: FormSlots): FormSlots {
  if (!price) return {};
  const { rub, per, period } = price;
  if (form === 'search') {
    // The budget the client has named is the client's; the price of one offer does not replace it.
    if (known.budgetMin !== undefined || known.budgetMax !== undefined || known.anyBudget) return {};
    return { budgetMax: rub, budgetPer: per, ...(period !== 'once' && { budgetPeriod: period }) };
  }
  if (form !== 'finance') return {};
  if (period === 'once' && deal !== 'rent') {
    if (per === 'sqm') return { pricePerM2: rub };
    return areaSqm ? { pricePerM2: Math.round(rub / areaSqm) } : {};
  }
  const isShopRent = period === 'month' && per === 'total' && (premises ?? known.kind) === 'retail';
  return isShopRent ? { monthlyRent: rub } : {};
}

/** The facts with what the client says instead; undefined when the text says nothing of them. */
export function correctedFacts(facts: PictureFacts, reading: Understanding): PictureFacts | undefined {
  const told = { ...statedIn(reading.slots, facts), ...replacedNumber(facts, reading) };
  return Object.keys(told).length > 0 ? { ...facts, ...told } : undefined;
}

function statedIn(slots: Slots, { price }: PictureFacts): PictureFacts {
  const area = nominalArea(slots);
  const rub = slots.pricePerM2 ?? slots.budgetMax ?? slots.monthlyRent;
  const per = slots.pricePerM2 !== undefined ? 'sqm' : (slots.budgetPer ?? price?.per ?? 'total');
  return {
    ...(area !== undefined && { areaSqm: area }),
    ...(rub !== undefined && { price: { rub, per, period: slots.budgetPeriod ?? price?.period ?? 'once' } }),
    ...(slots.deal && { deal: slots.deal }),
    ...(slots.kind && { premises: slots.kind }),
    ...(slots.stations?.[0] && { station: slots.stations[0] }),
    ...(slots.floor !== undefined && { floor: slots.floor }),
    ...(slots.fitOut && { fitOut: slots.fitOut }),
  };
}

/** «Не 146, а 164»: the figure that was the first number becomes the second. */
function replacedNumber(facts: PictureFacts, { numbers, back }: Understanding): PictureFacts {
  const [before, after] = numbers.map(({ value }) => value);
  if (back !== 'correct' || before === undefined || after === undefined) return {};
  if (facts.areaSqm !== undefined && Math.abs(facts.areaSqm - before) < 1) return { areaSqm: after };
  if (facts.floor === before) return { floor: after };
  return facts.price?.rub === before ? { price: { ...facts.price, rub: after } } : {};
}
