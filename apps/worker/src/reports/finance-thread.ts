// A thread that computes investment models and writes their files: milliseconds for the model, tens of them for a file.
import type { JsonValue } from '#libs/chats';
import { FinanceRequestError, renderChartPng, renderPdf, renderXlsx, runFinanceModel } from '#libs/finance';
import type { FinanceAnswer, FinanceTask, ReportFormat } from './finance-task.js';

const RENDERERS = { xlsx: renderXlsx, pdf: renderPdf, png: renderChartPng } as const;

/** Loaded is ready: the libraries of the files come with the first file asked for. */
export function ready(): void {}

export async function run({ payload, context, formats }: FinanceTask): Promise<FinanceAnswer> {
  try {
    const result = runFinanceModel(payload, context);
    const reports: { format: ReportFormat; bytes: Uint8Array }[] = [];
    for (const format of formats) reports.push({ format, bytes: await RENDERERS[format](result) });
    return { result: result as unknown as JsonValue, reports };
  } catch (error) {
    if (!(error instanceof FinanceRequestError)) throw error;
    return { refused: error.problems };
  }
}
