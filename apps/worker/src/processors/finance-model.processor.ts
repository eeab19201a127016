import type { AttachmentRef, JsonObject, JsonValue } from '#libs/chats';
import {
  type FinanceProblem,
  FinanceRequestError,
  resolveFinanceContext,
  type StationValuation,
  validateFinanceRequest,
} from '#libs/finance';
import type { FileStore } from '#libs/platform';
import { type JobContext, type JobProcessor, JobRefusal } from '#libs/queues';
import { type FinanceAnswer, type FinanceTask, REPORT_FORMATS, type ReportFormat } from '../reports/finance-task.js';

/** What the files are called. */
const REPORTS: Record<ReportFormat, { name: string; contentType: string }> = {
  xlsx: {
    name: 'Инвестиционная модель.xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  pdf: { name: 'Инвестиционная модель.pdf', contentType: 'application/pdf' },
  png: { name: 'Денежный поток.png', contentType: 'image/png' },
};

export interface FinanceModelParts {
  /** Valuation by the coefficients in force. */
  valuation: () => StationValuation;
  /** Computes in a thread. */
  compute: (task: FinanceTask, signal: AbortSignal) => Promise<FinanceAnswer>;
  files: Pick<FileStore, 'put'>;
  now: () => Date;
}

/** Computes an investment model and stores its files; the result is the model with references to them. */
export function financeModelProcessor({ valuation, compute, files, now }: FinanceModelParts): JobProcessor {
  return async (payload: JsonValue, { files: wanted, signal }: JobContext) => {
    const task = taskOf(payload, wanted, valuation(), now());
    const answer = await compute(task, signal);
    if ('refused' in answer) throw refusalOf(answer.refused);
    const attachments: AttachmentRef[] = [];
    for (const { format, bytes } of answer.reports) {
      const { fileId, size } = await files.put(Buffer.from(bytes), REPORTS[format]);
      attachments.push({ fileId, size, ...REPORTS[format] });
    }
    return { ...(answer.result as JsonObject), attachments: attachments as unknown as JsonValue };
  };
}

function taskOf(
  payload: JsonValue,
  wanted: readonly string[] | null,
  valuation: StationValuation,
  now: Date,
): FinanceTask {
  try {
    const context = resolveFinanceContext(validateFinanceRequest(payload, now), valuation, now);
    const formats = REPORT_FORMATS.filter((format) => wanted === null || wanted.includes(format));
    return { payload, context, formats };
  } catch (error) {
    throw error instanceof FinanceRequestError ? refusalOf(error.problems) : error;
  }
}

/** The first problem gives the code; all of them are listed for a form that shows them together. */
function refusalOf(problems: readonly FinanceProblem[]): JobRefusal {
  const [first] = problems;
  if (!first) return new JobRefusal('INVALID_REQUEST', 'Расчёт с такими данными невозможен.');
  const { code, field, suggestions, sum } = first;
  return new JobRefusal(code, problems.map(({ detail }) => detail).join(' '), {
    field,
    ...(suggestions && { suggestions }),
    ...(sum !== undefined && { sum }),
    ...(problems.length > 1 && { problems: problems as unknown as JsonValue }),
  });
}
