/** A calendar quarter as a count of quarters since year 0: `year × 4 + (number − 1)`. Differences are model indices. */
export type QuarterIndex = number;

const PATTERN = /^(20\d{2})-Q([1-4])$/;
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const ROMAN = ['I', 'II', 'III', 'IV'] as const;

/** Index of `YYYY-Qn` (2000…2099); null for any other text. */
export function parseQuarter(text: string): QuarterIndex | null {
  const match = PATTERN.exec(text);
  return match ? Number(match[1]) * 4 + Number(match[2]) - 1 : null;
}

export function quarterLabel(index: QuarterIndex): string {
  return `${quarterYear(index)}-Q${(index % 4) + 1}`;
}

export function quarterYear(index: QuarterIndex): number {
  return Math.floor(index / 4);
}

/** The quarter of an instant in Moscow (UTC+3 all year round). */
export function quarterOf(instant: Date): QuarterIndex {
  const moscow = new Date(instant.getTime() + MOSCOW_OFFSET_MS);
  return moscow.getUTCFullYear() * 4 + Math.floor(moscow.getUTCMonth() / 3);
}

/** «I кв. 2027» for clients; text that is not a quarter is returned as it is. */
export function formatQuarter(label: string): string {
  const index = parseQuarter(label);
  return index === null ? label : `${ROMAN[index % 4]}\u00a0кв.\u00a0${quarterYear(index)}`;
}

/** First day of a quarter, UTC: the fixed date of a report, so that the same model gives the same file. */
export function quarterStart(label: string): Date {
  const index = parseQuarter(label) ?? 2000 * 4;
  return new Date(Date.UTC(quarterYear(index), (index % 4) * 3, 1));
}
