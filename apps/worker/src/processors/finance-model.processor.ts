import type { AttachmentRef, JsonObject, JsonValue } from '#libs/chats';
import {
  FinanceRequestError,
  renderChartPng,
  renderPdf,
  renderXlsx,
  resolveFinanceContext,
  runFinanceModel,
  type StationValuation,
  validateFinanceRequest,
} from '#libs/finance';
import type { FileStore } from '#libs/platform';
import { type JobContext, type JobProcessor, JobRefusal } from '#libs/queues';

/** Reports a model offers, in the order a client sees them. */
const REPORTS = {
  xlsx: {
    name: 'Инвестиционная модель.xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    render: renderXlsx,
  },
  pdf: { name: 'Инвестиционная модель.pdf', contentType: 'application/pdf', render: renderPdf },
  png: { name: 'Денежный поток.png', contentType: 'image/png', render: renderChartPng },
} as const;

type ReportName = keyof typeof REPORTS;

export interface FinanceModelParts {
  /** Valuation over the catalogue as it is now. */
  valuation: () => Promise<StationValuation>;
  files: FileStore;
  now: () => Date;
}

/** Computes an investment model and stores its files; the result is the model with references to them. */
export function financeModelProcessor(parts: FinanceModelParts): JobProcessor {
  return async (payload: JsonValue, context: JobContext) => {
    try {
      const now = parts.now();
      const request = validateFinanceRequest(payload, now);
      const result = runFinanceModel(payload, resolveFinanceContext(request, await parts.valuation(), now));
      const wanted = (context.files ?? Object.keys(REPORTS)).filter((name): name is ReportName =>
        Object.hasOwn(REPORTS, name),
      );
      const attachments: AttachmentRef[] = [];
      for (const name of wanted) {
        const { render, ...meta } = REPORTS[name];
        const { fileId, size } = await parts.files.put(Buffer.from(await render(result)), meta);
        attachments.push({ fileId, size, ...meta });
      }
      return { ...(result as unknown as JsonObject), attachments: attachments as unknown as JsonValue };
    } catch (error) {
      if (!(error instanceof FinanceRequestError)) throw error;
      const [first] = error.problems;
      throw new JobRefusal(first?.code ?? 'INVALID_REQUEST', error.problems.map((problem) => problem.detail).join(' '));
    }
  };
}
