import path from 'node:path';
import type { TextRecogniser } from '../ports.js';
import { TesseractJsRecogniser } from './tesseract-js-recogniser.js';
import { TesseractRecogniser } from './tesseract-recogniser.js';

/**
 * The best recogniser there is: Tesseract's command, else WebAssembly with language data of the system or of
 * `<models folder>/tessdata`. One without a version when there is neither; INSTALL_HINT says what to do.
 */
export async function openTextRecogniser({
  modelsFolder,
  command,
  timeoutMs,
}: {
  modelsFolder: string;
  /** Tesseract's command, by name or path. */
  command?: string;
  timeoutMs?: number;
}): Promise<TextRecogniser & { close(): Promise<void> }> {
  const options = { ...(command !== undefined && { command }), ...(timeoutMs !== undefined && { timeoutMs }) };
  const installed = await TesseractRecogniser.open(options);
  if (installed.version !== null) return installed;
  return TesseractJsRecogniser.open(path.join(modelsFolder, 'tessdata'));
}
