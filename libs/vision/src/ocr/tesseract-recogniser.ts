import type { Raster } from '../image/raster.js';
import type { RecognisedText, TextRecogniser } from '../ports.js';
import { preparePage } from './preparation.js';
import {
  findTesseract,
  INSTALL_HINT,
  OcrUnavailableError,
  type PageLayout,
  runTesseract,
  type TesseractInstallation,
} from './tesseract-cli.js';
import { composeText, type PlacedWord, parseTsv, readingScore } from './tesseract-tsv.js';

/** Reads one prepared page; the engine below a recogniser. */
export type PageReader = (png: Buffer, layout: PageLayout, signal: AbortSignal) => Promise<string>;

/** Height of small print that is still read well, pixels of a word's box. */
const GOOD_HEIGHT = 26;
/** Words lower than this are worth enlarging the page for. */
const SMALL_HEIGHT = 17;
const MAX_SCALE = 3;
/** A page is not enlarged past this many pixels. */
const MAX_PIXELS = 12_000_000;
/** A reading with fewer letters than this, or less sure, may be of words scattered over a plan: they are looked for one by one. */
const SPARSE_LETTERS = 160;
const UNSURE = 0.72;

/** What every engine is used with: pages levelled and enlarged where the print is small, plans read word by word. */
export async function readRaster(image: Raster, read: PageReader, signal: AbortSignal): Promise<RecognisedText> {
  const words = async (scale: number, layout: PageLayout): Promise<PlacedWord[]> => {
    const page = await preparePage(image, scale);
    signal.throwIfAborted();
    return parseTsv(await read(page.png, layout, signal), scale);
  };
  let scale = startScale(image);
  let best = composeText(await words(scale, 3));
  const height = medianHeight(best);
  const wanted = Math.min(
    MAX_SCALE,
    GOOD_HEIGHT / Math.max(1, height),
    Math.sqrt(MAX_PIXELS / (image.width * image.height)),
  );
  if (height > 0 && height * scale < SMALL_HEIGHT && wanted > scale * 1.25) {
    const larger = composeText(await words(wanted, 3));
    if (readingScore(larger) > readingScore(best)) {
      best = larger;
      scale = wanted;
    }
  }
  const letters = best.words.reduce((sum, { text }) => sum + text.length, 0);
  if (letters < SPARSE_LETTERS || best.confidence < UNSURE) {
    const scattered = composeText(await words(scale, 11));
    if (readingScore(scattered) > readingScore(best) * 1.1) best = scattered;
  }
  return best;
}

/** Small pictures are enlarged before the first look: their print cannot be big. */
function startScale({ width, height }: Raster): number {
  return Math.max(width, height) < 1_000 ? Math.min(2, 1_500 / Math.max(width, height)) : 1;
}

/** In pixels of the raster; 0 without words. */
function medianHeight({ words }: RecognisedText): number {
  const heights = words
    .filter(({ text }) => text.length > 1)
    .map(({ box }) => box.height)
    .sort((a, b) => a - b);
  return heights[Math.floor(heights.length / 2)] ?? 0;
}

/** Tesseract's command line. */
export class TesseractRecogniser implements TextRecogniser {
  private constructor(
    private readonly installation: TesseractInstallation | null,
    private readonly options: { command: string; timeoutMs: number },
  ) {}

  /** Looks whether it is installed; a recogniser that is not has no version and throws when used. */
  static async open({
    command = 'tesseract',
    timeoutMs = 25_000,
  }: {
    command?: string;
    timeoutMs?: number;
  } = {}): Promise<TesseractRecogniser> {
    return new TesseractRecogniser(await findTesseract(command), { command, timeoutMs });
  }

  get version(): string | null {
    return this.installation && `tesseract@${this.installation.version}:${this.installation.languages}`;
  }

  /** Throws OcrUnavailableError, OcrFailedError; rejects with the signal's reason when aborted. */
  async recognise(image: Raster, signal: AbortSignal): Promise<RecognisedText> {
    const { installation } = this;
    if (!installation) throw new OcrUnavailableError(INSTALL_HINT);
    const { languages } = installation;
    return readRaster(
      image,
      (png, layout) => runTesseract(png, { ...this.options, languages, layout, signal }),
      signal,
    );
  }

  /** Nothing is held between pictures. */
  async close(): Promise<void> {}
}
