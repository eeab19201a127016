/** What a stretch of text with digits or numerals is when it is not an amount. */
export type EntityType =
  | 'phone'
  | 'inn'
  | 'requisite'
  | 'address'
  | 'station-name'
  | 'date'
  | 'quarter'
  | 'year'
  | 'time'
  | 'link'
  | 'schedule';

/** A recognised non-quantity; `[start, end)` are UTF-16 offsets into the text as given. */
export interface Entity {
  type: EntityType;
  start: number;
  end: number;
  /** Normal form: E.164 phone, digits of an INN, `YYYY-MM-DD`, `YYYY-Qn`, `YYYY`, `HH:MM`; the text itself for the rest. */
  value: string;
}
