/** A number the text states, multipliers applied; `[start, end)` are UTF-16 offsets into the text as given. */
export interface NumberMention {
  value: number;
  start: number;
  end: number;
}

/** Units promised in the contract of `npm run -s nlu`. */
export type Unit =
  | 'rub'
  | 'rub_month'
  | 'rub_sqm'
  | 'rub_sqm_month'
  | 'rub_sqm_year'
  | 'usd'
  | 'eur'
  | 'sqm'
  | 'sotka'
  | 'ha'
  | 'm'
  | 'km'
  | 'min'
  | 'pct'
  | 'years'
  | 'year'
  | 'floor'
  | 'rooms'
  | 'count'
  | 'none';

/** One way to read an ambiguous quantity («15м»: 15 million roubles, 15 metres, 15 square metres). */
export interface QuantityReading {
  min?: number;
  max?: number;
  unit: Unit;
}

/** A number or range with its unit. «до 30 млн» has only `max`, «от 100» only `min`, «100 м²» has `min === max`. */
export interface Quantity {
  min?: number;
  max?: number;
  unit: Unit;
  start: number;
  end: number;
  /** «около 100», «метров сто»: the client did not mean it to the unit. */
  approximate?: boolean;
  /** Present when the text can be read in several ways; the first is the likeliest. Nobody may pick one silently. */
  readings?: QuantityReading[];
}

export type Agreement = 'yes' | 'no' | 'unclear';
/** `step`: one step back; `correct`: an earlier answer is being corrected; `none`: neither. */
export type Back = 'none' | 'step' | 'correct';
export type Intent =
  | 'search'
  | 'calculate'
  | 'value'
  | 'about'
  | 'market'
  | 'manager'
  | 'restart'
  | 'menu'
  | 'contact'
  | 'other';

export type Deal = 'rent' | 'sale';
export type EstateKind = 'office' | 'retail' | 'warehouse';
export type EstateClass = 'A' | 'B+' | 'B' | 'C';
export type FitOut = 'shell' | 'partial' | 'ready';
export type Purpose = 'own' | 'investment';
export type FinanceModelName = 'office-ready' | 'office-construction' | 'retail-ready' | 'retail-construction';

/**
 * Everything one message can tell the scenarios of the dialog; only what was said is present.
 * Areas are m², money roubles, distances metres on foot. A bare number for an area becomes ±10 %.
 */
export interface Slots {
  deal?: Deal;
  purpose?: Purpose;
  kind?: EstateKind;
  /** Official names of administrative okrugs (ЦАО, САО, …) or districts. */
  districts?: string[];
  /** Official station names; a homonym on several lines stays one name, the choice is reported in `ambiguities`. */
  stations?: string[];
  /** «не важно», «любой район»: the place was answered and does not matter. */
  anyPlace?: boolean;
  areaMin?: number;
  areaMax?: number;
  budgetMin?: number;
  budgetMax?: number;
  /** What the budget is for: the whole lot or one square metre. Absent = total. */
  budgetPer?: 'total' | 'sqm';
  /** For rent; absent when the client did not say. */
  budgetPeriod?: 'month' | 'year';
  anyBudget?: boolean;
  classes?: EstateClass[];
  /** `ready`, or the latest quarter of commissioning `YYYY-Qn`. */
  readiness?: string;
  fitOut?: FitOut;
  walkMeters?: number;
  floor?: number;
  model?: FinanceModelName;
  pricePerM2?: number;
  /** МАП, roubles a month for the whole lot. */
  monthlyRent?: number;
  vatPercent?: number;
  /** Quarter → percent of the price, as the client said it; `now` = at the deal. */
  payments?: Record<string, number>;
  name?: string;
  /** E.164. */
  phone?: string;
  /** When to call, in the client's words. */
  preferredTime?: string;
  comment?: string;
}

export type SlotName = keyof Slots;

export interface SlotSpan {
  slot: SlotName;
  start: number;
  end: number;
}

/** Something that must be asked, not guessed. */
export interface Ambiguity {
  slot: SlotName | 'quantity';
  start: number;
  end: number;
  /** Human-readable options in Russian, likeliest first. */
  options: string[];
}

/** What one line of `npm run -s nlu` prints, plus spans and ambiguities. */
export interface Understanding {
  text: string;
  numbers: NumberMention[];
  quantities: Quantity[];
  agreement: Agreement;
  back: Back;
  intent: Intent;
  slots: Slots;
  slotSpans: SlotSpan[];
  ambiguities: Ambiguity[];
}

/** What the dialog knows when it reads a message; rules only use it to break ties. */
export interface UnderstandingContext {
  /** The slot the bot has just asked for: «100» after «какая площадь?» is an area. */
  expects?: SlotName | 'area' | 'budget' | 'place' | 'confirmation';
  deal?: Deal;
}
