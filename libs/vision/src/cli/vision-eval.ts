// `npm run vision:eval -- ocr|fields [--count N] [--seed N] [--set blind|development] [--rendered] [--show]`: how well text is read from pictures made here.
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { blindAds } from '../fields/evaluation/blind-ads.js';
import { developmentAds } from '../fields/evaluation/development-ads.js';
import { perfectText, scoreFields } from '../fields/evaluation/field-score.js';
import { RuleFieldReader } from '../fields/rule-field-reader.js';
import { rasterOf } from '../image/raster.js';
import { orderedErrors, scatteredErrors } from '../ocr/evaluation/character-errors.js';
import { type RenderedSheet, renderLines, renderPlan } from '../ocr/evaluation/rendered-sheets.js';
import { TesseractRecogniser } from '../ocr/tesseract-recogniser.js';
import type { RecognisedText } from '../ports.js';
import { degrade } from '../probe/synthetic/degradation.js';
import { SeededRandom } from '../probe/synthetic/seeded-random.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    set: { type: 'string', default: 'blind' },
    rendered: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const random = new SeededRandom(Number(values.seed));
const recogniser = await TesseractRecogniser.open();

async function read(png: Buffer): Promise<{ text: RecognisedText; ms: number }> {
  const image = await rasterOf(sharp(png).flatten({ background: '#fff' }).toColourspace('srgb').removeAlpha());
  const started = performance.now();
  const text = await recogniser.recognise(image, AbortSignal.timeout(60_000));
  return { text, ms: performance.now() - started };
}

async function characterErrors(
  name: string,
  sheets: RenderedSheet[],
  worsen: (png: Buffer) => Promise<Buffer>,
): Promise<void> {
  let [errors, characters] = [0, 0];
  const times: number[] = [];
  for (const sheet of sheets) {
    const { text, ms } = await read(await worsen(sheet.png));
    const result =
      sheet.order === 'lines' ? orderedErrors(text.text, sheet.lines) : scatteredErrors(text.text, sheet.lines);
    errors += result.errors;
    characters += result.characters;
    times.push(ms);
    if (values.show && result.errors > 0)
      console.log(`${JSON.stringify(sheet.lines.join(' | '))}\n${JSON.stringify(text.text.replaceAll('\n', ' | '))}\n`);
  }
  times.sort((a, b) => a - b);
  console.log(
    `${name}: character error rate ${((100 * errors) / characters).toFixed(2)} % of ${characters} characters, ${sheets.length} sheets, p50 ${times[times.length >> 1]?.toFixed(0)} ms`,
  );
}

console.log(`recogniser: ${recogniser.version ?? 'none'}`);
if (positionals[0] === 'ocr') {
  const asIs = async (png: Buffer) => png;
  const photographed = (png: Buffer) => degrade(png, random, { tilt: 3 });
  const ads = blindAds(count, Number(values.seed)).map(({ lines }) => renderLines(lines, random));
  const plans = Array.from({ length: count }, () => renderPlan(random));
  await characterErrors('ads as rendered', ads, asIs);
  await characterErrors('plans as rendered', plans, asIs);
  await characterErrors('ads degraded', ads, photographed);
  await characterErrors('plans degraded', plans, photographed);
}
if (positionals[0] === 'fields') {
  const seed = Number(values.seed);
  const ads = values.set === 'development' ? developmentAds(count, seed) : blindAds(count, seed);
  const texts = [];
  for (const { lines } of ads)
    texts.push(values.rendered ? (await read(renderLines(lines, random).png)).text : perfectText(lines));
  const score = scoreFields(new RuleFieldReader(), ads, texts);
  const shares = Object.entries(score.byField).map(([field, share]) => `${field} ${(100 * share).toFixed(0)} %`);
  console.log(
    `${values.set} ads${values.rendered ? ', rendered and recognised' : ''}: ${score.exact} of ${score.ads} exact (${shares.join(', ')})`,
  );
  // The blind set is for its figure: its mistakes are not to be tuned on.
  if (values.show && values.set === 'development')
    for (const { lines, field, stated, read: got } of score.mistakes)
      console.log(`${field}: ${JSON.stringify(stated)} read as ${JSON.stringify(got)} in ${JSON.stringify(lines)}`);
}
