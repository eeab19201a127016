import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The recogniser is not installed, or lacks Russian. The message says what to install. */
export class OcrUnavailableError extends Error {
  override readonly name = 'OcrUnavailableError';
  readonly code = 'model-missing';
}

/** The recogniser was asked and failed or took too long. */
export class OcrFailedError extends Error {
  override readonly name = 'OcrFailedError';
  readonly code: 'ocr-failed' | 'ocr-timeout';
  readonly retryable = true;

  constructor(reason: 'failed' | 'timeout', options?: ErrorOptions) {
    super(`the text recogniser ${reason === 'timeout' ? 'has not answered in time' : 'failed'}`, options);
    this.code = reason === 'timeout' ? 'ocr-timeout' : 'ocr-failed';
  }
}

/** What stands where the text recogniser could be. */
export const INSTALL_HINT =
  'no text recogniser: install Tesseract with Russian (Debian: apt-get install tesseract-ocr tesseract-ocr-rus), or put rus.traineddata into the folder tessdata of the models';

export interface TesseractInstallation {
  /** `5.3.0`. */
  version: string;
  /** As Tesseract wants them: `rus+eng`. */
  languages: string;
}

/** Finds the command and its languages; null when it is not there or cannot read Russian. */
export async function findTesseract(command = 'tesseract'): Promise<TesseractInstallation | null> {
  try {
    const options = { timeout: 10_000, env: ENVIRONMENT };
    const [{ stdout: about }, { stdout: list }] = await Promise.all([
      run(command, ['--version'], options),
      run(command, ['--list-langs'], options),
    ]);
    const known = new Set(list.split('\n').map((line) => line.trim()));
    if (!known.has('rus')) return null;
    const version = /tesseract v?(\d[\w.-]*)/.exec(about)?.[1] ?? 'unknown';
    return { version, languages: known.has('eng') ? 'rus+eng' : 'rus' };
  } catch {
    return null;
  }
}

/** How Tesseract looks at a page: 3 finds columns and paragraphs, 6 is one block, 11 is words scattered anywhere. */
export type PageLayout = 3 | 6 | 11;

/**
 * Runs Tesseract over a PNG and returns its table. The picture goes through standard input and the table comes from standard
 * output, so no file is written and no name reaches a shell. Throws OcrFailedError; rejects with the signal's reason when aborted.
 */
export async function runTesseract(
  png: Buffer,
  {
    command = 'tesseract',
    languages,
    layout,
    timeoutMs,
    signal,
  }: {
    command?: string;
    languages: string;
    layout: PageLayout;
    timeoutMs: number;
    signal?: AbortSignal;
  },
): Promise<string> {
  signal?.throwIfAborted();
  const arguments_ = ['stdin', 'stdout', '-l', languages, '--psm', String(layout), '--dpi', '200', 'tsv'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      arguments_,
      // The limit of output is far above a page of small print.
      {
        env: ENVIRONMENT,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 16 * 1024 * 1024,
        encoding: 'utf8',
        ...(signal && { signal }),
      },
      (error, stdout) => {
        if (!error) resolve(stdout);
        else if (signal?.aborted) reject(signal.reason as Error);
        else reject(new OcrFailedError(error.killed ? 'timeout' : 'failed', { cause: error }));
      },
    );
    // A process that ends before it has read everything closes the pipe: its exit code says why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(png);
  });
}

/**
 * Everything the command is told: nothing of our own environment, which holds secrets. The usual folders are searched; a command
 * elsewhere is given by its path. One thread: more of them slow a busy machine down.
 */
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/opt/local/bin',
  LC_ALL: 'C.UTF-8',
  OMP_THREAD_LIMIT: '1',
};
