import type { AttachmentRef, Card, JsonValue } from '#libs/chats';
import { type FinanceModelResult, summarise } from '#libs/finance';

/** The result of the `finance-model` job as the worker returns it: the model and references to its stored files. */
export type FinanceJobResult = FinanceModelResult & { attachments?: JsonValue };

/** Short summary for the message; every figure is the job's own. */
export function modelSummary(result: FinanceModelResult): string {
  const { title, subtitle, lines, warnings } = summarise(result);
  return [
    `${title} (${subtitle})`,
    ...lines.map((line) => `• ${line}`),
    ...warnings.map((warning) => `⚠️ ${warning}`),
  ].join('\n');
}

export function modelCard(result: FinanceModelResult): Card {
  const { title, subtitle, rows } = summarise(result);
  return { title, subtitle, rows };
}

/** Label → value of the figures a client compares after a correction. */
export function modelFigures(result: FinanceModelResult): Record<string, string> {
  return Object.fromEntries(summarise(result).rows.map(({ label, value }) => [label, value]));
}

/** References to the files the worker stored; anything malformed is left out. */
export function attachmentsOf(value: JsonValue | undefined): AttachmentRef[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is AttachmentRef & JsonValue =>
      typeof item === 'object' && item !== null && !Array.isArray(item) && typeof item.fileId === 'string',
  );
}
