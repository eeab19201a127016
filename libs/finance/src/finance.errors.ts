/** Stable codes of what can be wrong with a request; the API's problem+json and the dialog both use them. */
export type FinanceProblemCode =
  | 'INVALID_REQUEST'
  | 'FIELD_REQUIRED'
  | 'NOT_A_NUMBER'
  | 'NOT_AN_INTEGER'
  | 'VALUE_OUT_OF_RANGE'
  | 'UNKNOWN_VALUE'
  | 'UNKNOWN_ASSUMPTION'
  | 'BAD_QUARTER'
  | 'SCHEDULE_NOT_100'
  | 'SCHEDULE_TOO_LONG'
  | 'PAYMENT_AFTER_HORIZON'
  | 'PAYMENT_TOO_EARLY'
  | 'READINESS_CONFLICT'
  | 'READINESS_TOO_FAR'
  | 'RENT_HOLIDAYS_EXCEED_HORIZON'
  | 'UNKNOWN_STATION'
  | 'AMBIGUOUS_STATION'
  | 'VALUATION_UNAVAILABLE'
  | 'AMOUNT_TOO_LARGE';

/** One thing to correct. */
export interface FinanceProblem {
  code: FinanceProblemCode;
  /** Name of the request's field (`payments.2027-Q1`, `assumptions.capRatePercent`), so that a form or the dialog can ask again. */
  field: string;
  /** A Russian sentence for the client. */
  detail: string;
  /** Station names to choose from, for `UNKNOWN_STATION` and `AMBIGUOUS_STATION`. */
  suggestions?: string[];
  /** What the schedule adds up to, for `SCHEDULE_NOT_100`. */
  sum?: number;
}

/** The request cannot be computed; `problems` lists everything found, the first one is also the error's own code and message. */
export class FinanceRequestError extends Error {
  override readonly name = 'FinanceRequestError';
  readonly code: FinanceProblemCode;
  readonly field: string;

  constructor(readonly problems: readonly [FinanceProblem, ...FinanceProblem[]]) {
    super(problems[0].detail);
    this.code = problems[0].code;
    this.field = problems[0].field;
  }
}
