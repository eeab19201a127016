import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { blindAds } from '../fields/evaluation/blind-ads.js';
import { type Raster, rasterOf } from '../image/raster.js';
import type { TextRecogniser } from '../ports.js';
import { Drawing } from '../probe/synthetic/drawing.js';
import { SeededRandom } from '../probe/synthetic/seeded-random.js';
import { orderedErrors, scatteredErrors } from './evaluation/character-errors.js';
import { type RenderedSheet, renderLines, renderPlan } from './evaluation/rendered-sheets.js';
import { findLanguageData } from './language-data.js';
import { measureTilt } from './preparation.js';
import { findTesseract, INSTALL_HINT, OcrUnavailableError } from './tesseract-cli.js';
import { TesseractJsRecogniser } from './tesseract-js-recogniser.js';
import { TesseractRecogniser } from './tesseract-recogniser.js';

const installed = (await findTesseract()) !== null;
const data = findLanguageData();
if (!installed) console.warn(`SKIPPED: ${INSTALL_HINT}`);
if (!data) console.warn('SKIPPED: no rus.traineddata for tesseract.js');

const ERROR_RATE = 0.03;
const limit = () => AbortSignal.timeout(30_000);
const toRaster = (picture: Buffer): Promise<Raster> =>
  rasterOf(sharp(picture).flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha());

async function errorRate(recogniser: TextRecogniser, sheets: readonly RenderedSheet[]): Promise<number> {
  let [errors, characters] = [0, 0];
  for (const { png, lines, order } of sheets) {
    const { text } = await recogniser.recognise(await toRaster(png), limit());
    const result = order === 'lines' ? orderedErrors(text, lines) : scatteredErrors(text, lines);
    errors += result.errors;
    characters += result.characters;
  }
  return errors / characters;
}

function ads(count: number): RenderedSheet[] {
  const random = new SeededRandom(77);
  return blindAds(count, 77).map(({ lines }) => renderLines(lines, random));
}

function plans(count: number): RenderedSheet[] {
  const random = new SeededRandom(78);
  return Array.from({ length: count }, () => renderPlan(random));
}

/** A page of one sentence in big print. */
const sentencePage = (text: string, size = 30, paper = '#ffffff', ink = '#000000') =>
  new Drawing(1100, 300, paper).text(60, 160, size, text, { fill: ink }).png();

describe.skipIf(!installed)('TesseractRecogniser', () => {
  it('reads rendered ads with at most 3 % of wrong characters', async () => {
    expect(await errorRate(await TesseractRecogniser.open(), ads(6))).toBeLessThan(ERROR_RATE);
  });

  it('reads rendered plans with at most 3 % of wrong characters', async () => {
    expect(await errorRate(await TesseractRecogniser.open(), plans(4))).toBeLessThan(ERROR_RATE);
  });

  it.each([
    ['small print', () => sentencePage('Сдаётся офис 146,2 м² на третьем этаже', 13)],
    ['light on dark', () => sentencePage('Сдаётся офис 146,2 м² на третьем этаже', 30, '#14202e', '#f0f0f0')],
    [
      'tilted',
      () =>
        sharp(sentencePage('Сдаётся офис 146,2 м² на третьем этаже'))
          .rotate(4, { background: '#ffffff' })
          .png()
          .toBuffer(),
    ],
  ])('reads %s', async (_name, page) => {
    const { text, confidence, words } = await (await TesseractRecogniser.open()).recognise(
      await toRaster(await page()),
      limit(),
    );
    expect(text).toBe('Сдаётся офис 146,2 м² на третьем этаже');
    expect(confidence).toBeGreaterThan(0.7);
    expect(words.map((word) => word.text)).toContain('146,2');
  });

  it('finds nothing on a blank page and says so', async () => {
    const blank = new Drawing(600, 400).png();
    expect(await (await TesseractRecogniser.open()).recognise(await toRaster(blank), limit())).toEqual({
      text: '',
      confidence: 0,
      words: [],
    });
  });

  it('ends its process when aborted', async () => {
    const controller = new AbortController();
    const reading = (await TesseractRecogniser.open()).recognise(await toRaster(ads(1)[0]!.png), controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await expect(reading).rejects.toThrow('enough');
  });

  it('gives up at its time limit with a failure that may be retried', async () => {
    const recogniser = await TesseractRecogniser.open({ timeoutMs: 5 });
    await expect(recogniser.recognise(await toRaster(ads(1)[0]!.png), limit())).rejects.toMatchObject({
      code: 'ocr-timeout',
      retryable: true,
    });
  });
});

describe('without Tesseract', () => {
  it('has no version and says what to install', async () => {
    const recogniser = await TesseractRecogniser.open({ command: '/nowhere/tesseract' });
    expect(recogniser.version).toBeNull();
    await expect(recogniser.recognise(await toRaster(sentencePage('текст')), limit())).rejects.toThrow(
      OcrUnavailableError,
    );
    await expect(
      new TesseractJsRecogniser(null).recognise(await toRaster(sentencePage('текст')), limit()),
    ).rejects.toThrow('tesseract-ocr-rus');
  });
});

describe.skipIf(!data)('TesseractJsRecogniser', () => {
  const recogniser = new TesseractJsRecogniser(data);
  afterAll(() => recogniser.close());

  it('reads a sheet as well, and goes on after an aborted one', async () => {
    const page = await toRaster(sentencePage('Аренда склада 1 250 кв. м, Варшавское шоссе, 42'));
    await expect(recogniser.recognise(page, AbortSignal.timeout(1))).rejects.toThrow();
    expect((await recogniser.recognise(page, limit())).text).toBe('Аренда склада 1 250 кв. м, Варшавское шоссе, 42');
  });
});

describe('measureTilt', () => {
  it.each([-4, -1.5, 0, 2, 5])('finds %d degrees', async (tilt) => {
    const page = await sharp(ads(1)[0]!.png)
      .rotate(tilt, { background: '#ffffff' })
      .flatten()
      .greyscale()
      .resize(700)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const mean = page.data.reduce((sum, value) => sum + value, 0) / page.data.length;
    expect(Math.abs(measureTilt(page.data, page.info.width, page.info.height, mean < 105) - tilt)).toBeLessThanOrEqual(
      0.5,
    );
  });
});
