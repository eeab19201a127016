import type { ModelEntry } from './model-manifest.js';

/** Models as lines of text: id, what happened, bytes, sha256, licence, and reasons below. */
export function modelTable(rows: readonly { entry: ModelEntry; outcome: string; reason?: string }[]): string {
  const cells = [
    ['id', 'outcome', 'bytes', 'sha256', 'licence'],
    ...rows.map(({ entry, outcome }) => [
      entry.id,
      outcome,
      String(entry.bytes),
      entry.sha256,
      entry.licenceUnverified ? `${entry.licence} [NOT VERIFIED]` : entry.licence,
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const total = rows.reduce((sum, { entry, outcome }) => sum + (outcome === 'unavailable' ? 0 : entry.bytes), 0);
  const reasons = rows.flatMap(({ entry, reason }) => (reason ? [`${entry.id}: ${reason}`] : []));
  return [...lines, `${total} bytes in all`, ...reasons].join('\n');
}
