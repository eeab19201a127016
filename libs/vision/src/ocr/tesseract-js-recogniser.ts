import { createRequire } from 'node:module';
import { createWorker, OEM, type PSM, type Worker } from 'tesseract.js';
import type { Raster } from '../image/raster.js';
import type { RecognisedText, TextRecogniser } from '../ports.js';
import { findLanguageData, type LanguageData } from './language-data.js';
import { INSTALL_HINT, OcrFailedError, OcrUnavailableError, type PageLayout } from './tesseract-cli.js';
import { readRaster } from './tesseract-recogniser.js';

const { version: ENGINE_VERSION } = createRequire(import.meta.url)('tesseract.js/package.json') as { version: string };

/**
 * Tesseract as WebAssembly in a thread of its own: where the command is not installed but language data are. Slower than the
 * command (about three times); one picture at a time. The thread is started with the first picture and ended when one is aborted.
 */
export class TesseractJsRecogniser implements TextRecogniser {
  private worker: Promise<Worker> | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly data: LanguageData | null,
    private readonly timeoutMs = 60_000,
  ) {}

  /** @param operatorFolder where an operator may have put `rus.traineddata` */
  static open(operatorFolder?: string): TesseractJsRecogniser {
    return new TesseractJsRecogniser(findLanguageData(operatorFolder));
  }

  get version(): string | null {
    return this.data && `tesseract.js@${ENGINE_VERSION}:${this.data.languages}`;
  }

  /** Throws OcrUnavailableError, OcrFailedError; rejects with the signal's reason when aborted. */
  recognise(image: Raster, signal: AbortSignal): Promise<RecognisedText> {
    const { data } = this;
    if (!data) return Promise.reject(new OcrUnavailableError(INSTALL_HINT));
    const result = this.queue.then(() => {
      signal.throwIfAborted();
      return readRaster(image, (png, layout) => this.page(data, png, layout, signal), signal);
    });
    this.queue = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await (await worker?.catch(() => undefined))?.terminate();
  }

  private async page(data: LanguageData, png: Buffer, layout: PageLayout, signal: AbortSignal): Promise<string> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]);
    const aborted = new Promise<never>((_resolve, reject) => {
      limit.addEventListener(
        'abort',
        () => reject(signal.aborted ? (signal.reason as Error) : new OcrFailedError('timeout')),
        { once: true },
      );
    });
    try {
      return await Promise.race([this.read(data, png, layout), aborted]);
    } catch (error) {
      // What runs in the thread cannot be stopped otherwise.
      await this.close();
      if (signal.aborted || error instanceof OcrFailedError) throw error;
      throw new OcrFailedError('failed', { cause: error });
    }
  }

  private async read(data: LanguageData, png: Buffer, layout: PageLayout): Promise<string> {
    this.worker ??= createWorker(data.languages.split('+'), OEM.LSTM_ONLY, {
      langPath: data.folder,
      gzip: data.compressed,
      // Nothing is written beside the process.
      cacheMethod: 'none',
    });
    const worker = await this.worker;
    await worker.setParameters({ tessedit_pageseg_mode: String(layout) as PSM });
    const { data: page } = await worker.recognize(png, {}, { tsv: true, text: false });
    return page.tsv ?? '';
  }
}
