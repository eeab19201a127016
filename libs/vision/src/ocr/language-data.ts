import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where Tesseract's language data lie on this machine. */
export interface LanguageData {
  folder: string;
  /** `rus+eng`, or `rus` when the other is not there. */
  languages: string;
  /** Whether the files are compressed (`rus.traineddata.gz`). */
  compressed: boolean;
}

/** Folders of packages of operating systems. */
const SYSTEM_FOLDERS = [
  '/usr/share/tesseract-ocr/5/tessdata',
  '/usr/share/tesseract-ocr/4.00/tessdata',
  '/usr/share/tessdata',
  '/usr/local/share/tessdata',
  '/opt/homebrew/share/tessdata',
];

/** The first folder that has Russian: of the operator, of the system, of the npm package when somebody installed it. */
export function findLanguageData(
  operatorFolder?: string,
  systemFolders: readonly string[] = SYSTEM_FOLDERS,
): LanguageData | null {
  for (const folder of [...(operatorFolder ? [operatorFolder] : []), ...systemFolders, ...packagedFolders()])
    for (const compressed of [false, true]) {
      const has = (language: string) =>
        existsSync(path.join(folder, `${language}.traineddata${compressed ? '.gz' : ''}`));
      if (has('rus')) return { folder, languages: has('eng') ? 'rus+eng' : 'rus', compressed };
    }
  return null;
}

/** `@tesseract.js-data/rus` is not a dependency: not every registry has it. */
function packagedFolders(): string[] {
  try {
    const file = createRequire(import.meta.url).resolve('@tesseract.js-data/rus/package.json');
    return [path.join(path.dirname(file), '4.0.0_best_int')];
  } catch {
    return [];
  }
}
