import type { JsonValue } from '#libs/chats';
import type { FinanceContext, FinanceProblem } from '#libs/finance';

/** Files a model can be given as. */
export const REPORT_FORMATS = ['xlsx', 'pdf', 'png'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface FinanceTask {
  payload: JsonValue;
  context: FinanceContext;
  formats: readonly ReportFormat[];
}

/** Errors lose their classes between threads: a refusal travels as an answer. */
export type FinanceAnswer =
  | { result: JsonValue; reports: { format: ReportFormat; bytes: Uint8Array }[] }
  | { refused: readonly FinanceProblem[] };
