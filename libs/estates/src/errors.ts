/** Stable codes of what this lib refuses; the HTTP edge shows them as problem+json, the dialog turns them into a sentence. */
export type EstatesErrorCode =
  | 'UNKNOWN_STATION'
  | 'AMBIGUOUS_STATION'
  | 'OUT_OF_BANDS'
  | 'INVALID_BANDS'
  | 'INVALID_REQUEST'
  | 'INVALID_CATALOGUE'
  | 'INVALID_ADJUSTMENTS'
  | 'STORE_NOT_AVAILABLE';

/** An expected refusal: `message` is Russian when a client may read it, `details` is JSON. */
export class EstatesError extends Error {
  override readonly name = 'EstatesError';

  constructor(
    readonly code: EstatesErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The name is no station; `closest` holds up to three official names to offer. */
export class UnknownStationError extends EstatesError {
  constructor(
    readonly station: string,
    readonly closest: readonly string[],
  ) {
    super(
      'UNKNOWN_STATION',
      closest.length > 0
        ? `Не знаю станцию «${station}». Похожие: ${closest.join(', ')}.`
        : `Не знаю станцию «${station}».`,
      { station, closest },
    );
  }
}

/** Several stations carry the name and their coefficients differ; `choices` are full names that tell them apart. */
export class AmbiguousStationError extends EstatesError {
  constructor(
    readonly station: string,
    readonly choices: readonly string[],
  ) {
    super('AMBIGUOUS_STATION', `Станций «${station}» несколько: ${choices.join(', ')}. Уточните, какая нужна.`, {
      station,
      choices,
    });
  }
}
