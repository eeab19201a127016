import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FolderFileStore } from '#libs/platform';
import { build } from '../../../ci/build.mjs';
import type { ImageKind } from './analysis.js';
import { StepCache } from './cache/step-cache.js';
import { modelParts } from './engine/model-parts.js';
import { encoder, plan, scene } from './image/fixture-pictures.js';
import { HashIndex } from './image/hash-index.js';
import { type Raster, resizeRaster, tensorOf } from './image/raster.js';
import type { ModelRunner } from './models/model-runner.js';
import type { KindClassifier, KindEstimate, SourceImage, TextRecogniser, Vision } from './ports.js';
import { writeFixtureModel, writeFixtureSegmenter } from './runners/fixture-model.js';
import { OnnxModelRunner } from './runners/onnx-runner.js';
import { ModelBusyError } from './runners/runner.errors.js';
import { openVision, type VisionOptions } from './vision.js';

const estimate = (kind: ImageKind): KindEstimate => ({
  kind,
  probability: 0.9,
  scores: { photo: 0, plan: 0, document: 0, other: 0, [kind]: 1 },
});
const classifierOf = (kind: ImageKind) => ({
  version: 'kind@000000000001',
  classify: vi.fn(async () => estimate(kind)),
});
const words = { text: 'Площадь 146,2 м²', confidence: 0.9, words: [] };

describe(openVision.name, () => {
  let folder: string;
  let photo: SourceImage;
  let drawing: SourceImage;
  const opened: Vision[] = [];
  beforeAll(async () => {
    await build();
    folder = mkdtempSync(path.join(tmpdir(), 'vision-'));
    photo = { fileId: 'photo', bytes: await encoder(scene(1)).jpeg().toBuffer() };
    drawing = { fileId: 'drawing', bytes: await encoder(plan(1)).png().toBuffer() };
  });
  afterEach(() => Promise.all(opened.splice(0).map((vision) => vision.close())));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function open(options: VisionOptions = {}): Vision {
    const vision = openVision({ cache: new StepCache(), ...options });
    opened.push(vision);
    return vision;
  }
  const outcomes = (steps: { step: string; status: string; reason?: string; code?: string }[]) =>
    Object.fromEntries(steps.map(({ step, status, reason, code }) => [step, reason ?? code ?? status]));

  it('says what it can without any model, and names what it lacks', async () => {
    const vision = open();
    const fast = await vision.fast(photo);
    expect(fast).toMatchObject({
      fileId: 'photo',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      image: { format: 'jpeg', width: 320, height: 240, bytes: photo.bytes.length },
      kind: 'unknown',
      probability: null,
      hash: { phash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      similar: [],
      next: ['detect', 'ocr'],
    });
    expect(outcomes(fast.steps)).toEqual({
      inspect: 'ok',
      normalise: 'ok',
      classify: 'model-missing',
      hash: 'ok',
      unsafe: 'model-missing',
      similar: 'index-missing',
    });
    expect((await vision.detect(photo)).objects).toEqual([]);
    expect(outcomes((await vision.ocr(photo)).steps)).toMatchObject({ ocr: 'model-missing', fields: 'model-missing' });
    expect(new Set(Object.values(vision.capabilities()))).toEqual(new Set(['unavailable']));
  });

  it('lets the kind decide what heavier work is done, unless it is asked for', async () => {
    const detector = {
      version: 'd@000000000001',
      detect: vi.fn(async () => [{ label: 'chair', score: 0.8, box: { left: 0, top: 0, width: 1, height: 1 } }]),
    };
    const recogniser = { version: 'tesseract@5', recognise: vi.fn<TextRecogniser['recognise']>(async () => words) };
    const fields = {
      version: 'fields@1',
      read: () => ({ areaSqm: { value: 146.2, text: '146,2 м²', confidence: 0.9 } }),
    };
    const vision = open({ classifier: classifierOf('plan'), detector, recogniser, fields });
    expect((await vision.fast(drawing)).next).toEqual(['ocr']);
    expect(outcomes((await vision.detect(drawing)).steps).detect).toBe('kind:plan');
    expect(detector.detect).not.toHaveBeenCalled();
    expect((await vision.detect(drawing, { force: true })).objects).toHaveLength(1);
    expect(await vision.ocr(drawing)).toMatchObject({
      text: words.text,
      confidence: 0.9,
      fields: { areaSqm: { value: 146.2 } },
    });
    // Text is read from the picture itself, not from the smaller working copy.
    expect(recogniser.recognise.mock.calls[0]![0]).toMatchObject({ width: 400, height: 300, channels: 3 });
    expect(vision.capabilities()).toMatchObject({ classify: 'available', ocr: 'available', segment: 'unavailable' });
    const photos = open({ classifier: classifierOf('photo'), recogniser });
    expect(outcomes((await photos.ocr(photo)).steps).ocr).toBe('kind:photo');
  });

  it('looks at a picture sent ten times at once only once, and not at all the next time', async () => {
    const classifier = classifierOf('photo');
    const vision = open({ classifier });
    const ten = await Promise.all(Array.from({ length: 10 }, (_p, n) => vision.fast({ ...photo, fileId: `f${n}` })));
    expect(classifier.classify).toHaveBeenCalledTimes(1);
    expect(ten.map(({ fileId }) => fileId)).toEqual(Array.from({ length: 10 }, (_p, n) => `f${n}`));
    const again = await vision.fast(photo);
    expect(classifier.classify).toHaveBeenCalledTimes(1);
    expect(outcomes(again.steps).normalise).toBe('not-needed');
    expect(again.steps.filter(({ status }) => status === 'ok').every(({ cached }) => cached)).toBe(true);
  });

  it('does not decode a picture again for what follows on a look at it', async () => {
    const seen: Raster[] = [];
    const see =
      <T>(value: T) =>
      async (image: Raster) => {
        seen.push(image);
        return value;
      };
    const vision = open({
      classifier: { version: 'k@1', classify: see(estimate('photo')) as KindClassifier['classify'] },
      detector: { version: 'd@1', detect: see([]) },
      unsafe: { version: 'u@1', judge: see(0.25) },
    });
    expect((await vision.fast(drawing)).unsafe).toBe(0.25);
    await vision.detect(drawing);
    expect(new Set(seen).size).toBe(1);
    expect(seen).toHaveLength(3);
  });

  it('takes the quick look at a small copy of a JPEG, and looks for objects in a finer one', async () => {
    const large = await encoder(scene(5, 1_600, 1_200))
      .jpeg()
      .toBuffer();
    const sides: Record<string, number> = {};
    const note =
      <T>(who: string, value: T) =>
      async ({ width }: Raster) => {
        sides[who] = width;
        return value;
      };
    const vision = open({
      classifier: { version: 'k@1', classify: note('classifier', estimate('photo')) as KindClassifier['classify'] },
      detector: { version: 'd@1', detect: note('detector', []) },
    });
    const image = { fileId: 'large', bytes: large };
    await vision.fast(image);
    await vision.detect(image);
    expect(sides).toEqual({ classifier: 440, detector: 800 });
  });

  it('asks a new model afresh', async () => {
    const models = [1, 2].map((seed) => writeFixtureModel(folder, { id: 'kinds', side: 8, seed }));
    const runner = new OnnxModelRunner({ models: [models[0]!], hosts: 1, device: 'cpu' });
    try {
      const vision = open({ classifier: fixtureClassifier(runner) });
      const [first, repeated] = [await vision.fast(photo), await vision.fast(photo)];
      runner.use([models[1]!]);
      const other = await vision.fast(photo);
      const step = ({ steps }: typeof first) => steps.find((report) => report.step === 'classify');
      expect([step(first)?.cached, step(repeated)?.cached, step(other)?.cached]).toEqual([false, true, false]);
      expect(step(other)?.model).toBe(`kinds@${models[1]!.sha256.slice(0, 12)}`);
      expect(other.probability).not.toBe(first.probability);
      // What does not depend on the model is still known.
      expect(other.steps.find((report) => report.step === 'hash')?.cached).toBe(true);
    } finally {
      await runner.close();
    }
  });

  it('keeps what succeeded and tries only what may succeed now', async () => {
    const classify = vi.fn<KindClassifier['classify']>(async () => Promise.reject(new ModelBusyError('k', 10)));
    const index = { find: vi.fn(async () => []) };
    const vision = open({ classifier: { version: 'k@1', classify }, similar: index });
    const previous: Parameters<NonNullable<Parameters<Vision['fast']>[1]>['onStep'] & object>[0][] = [];
    const first = await vision.fast(photo, { onStep: (result) => previous.push(result) });
    expect(outcomes(first.steps)).toMatchObject({ classify: 'model-busy', hash: 'ok', similar: 'ok' });
    expect(first.steps.find(({ step }) => step === 'classify')).toMatchObject({
      status: 'failed',
      retryable: true,
      retryAfterMs: 10,
    });
    classify.mockResolvedValue(estimate('photo'));
    const second = await vision.fast(photo, { previous });
    expect(second.kind).toBe('photo');
    expect(index.find).toHaveBeenCalledTimes(1);
  });

  it('refuses a broken picture among fifty and answers the others', async () => {
    const vision = open({ classifier: classifierOf('photo') });
    const pictures = await Promise.all(
      Array.from({ length: 50 }, async (_p, n) => ({
        fileId: `p${n}`,
        bytes: await encoder(scene(n, 80, 60))
          .jpeg()
          .toBuffer(),
      })),
    );
    pictures[31]!.bytes = pictures[31]!.bytes.subarray(0, 300);
    const answers = await Promise.allSettled(pictures.map((picture) => vision.fast(picture)));
    expect(answers.flatMap((answer, n) => (answer.status === 'rejected' ? [n, answer.reason.code] : []))).toEqual([
      31,
      'image-truncated',
    ]);
  });

  it('suggests pictures met before', async () => {
    const hash = (await open().fast(photo)).hash!;
    const index = new HashIndex([{ source: { estateId: 'e1', lotId: 'l1' }, hash }]);
    const smaller = await sharp(photo.bytes).resize(200).jpeg({ quality: 60 }).toBuffer();
    const vision = open({
      classifier: classifierOf('photo'),
      similar: { find: async (...query) => index.find(...query) },
    });
    expect((await vision.fast({ fileId: 'x', bytes: smaller })).similar).toEqual([
      { source: { estateId: 'e1', lotId: 'l1' }, certainty: 'same', distance: expect.any(Number) },
    ]);
    expect((await vision.fast({ fileId: 'x', bytes: await encoder(scene(2)).jpeg().toBuffer() })).similar).toEqual([]);
  });

  describe('cutout', () => {
    const mask: Raster = {
      data: Uint8Array.from({ length: 320 * 240 }, (_p, at) =>
        Math.hypot((at % 320) - 200, Math.floor(at / 320) - 100) < 60 ? 255 : 0,
      ),
      width: 320,
      height: 240,
      channels: 1,
    };
    const read = async (files: FolderFileStore, fileId: string) => {
      const chunks: Buffer[] = [];
      for await (const chunk of (await files.open(fileId))!.stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    };

    it('needs a model or a mask, and says so', async () => {
      const { cutout, steps } = await open({ files: new FolderFileStore(folder) }).cutout(photo);
      expect(cutout).toBeUndefined();
      expect(outcomes(steps)).toMatchObject({
        segment: 'model-missing',
        describe: 'model-missing',
        centre: 'needs:segment',
        shadow: 'needs:decontaminate',
        persist: 'needs:decontaminate',
      });
    });

    it('stores the object of a mask on a clean ground', async () => {
      const files = new FolderFileStore(folder);
      const vision = open({ files });
      const clear = await vision.cutout(photo, { mask });
      const picture = await sharp(await read(files, clear.cutout!.fileId))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(picture.info).toMatchObject({ channels: 4, width: picture.info.height });
      expect(picture.data[3]).toBe(0);
      expect(outcomes(clear.steps)).toMatchObject({
        segment: 'mask-given',
        centre: 'ok',
        decontaminate: 'ok',
        shadow: 'ok',
        persist: 'ok',
      });
      const white = await vision.cutout(photo, { mask, background: 'white', shadow: false });
      const { data, info } = await sharp(await read(files, white.cutout!.fileId))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info.channels).toBe(3);
      expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
      expect(outcomes(white.steps).shadow).toBe('not-asked');
    });

    it('cuts several objects out, and uses the operator’s model when there is one', async () => {
      const segmenter = { version: 's@000000000001', segment: vi.fn(async () => mask) };
      const vision = open({ files: new FolderFileStore(folder), segmenter });
      const boxes = [
        { left: 0.4, top: 0.1, width: 0.25, height: 0.7 },
        { left: 0.6, top: 0.1, width: 0.3, height: 0.7 },
      ];
      const { cutouts, steps } = await vision.cutout(photo, { boxes });
      expect(new Set(cutouts?.map(({ fileId }) => fileId)).size).toBe(2);
      expect(steps.find(({ step }) => step === 'segment')).toMatchObject({ status: 'ok', model: 's@000000000001' });
      expect(segmenter.segment).toHaveBeenCalledTimes(1);
    });

    it('runs the whole chain with a segmentation network of the manifest', async () => {
      const model = writeFixtureSegmenter(folder, { id: 'seg', side: 64 });
      const runner = new OnnxModelRunner({ models: [model], hosts: 1, device: 'cpu' });
      try {
        const files = new FolderFileStore(folder);
        const vision = open({ ...modelParts([model], runner), files });
        expect(vision.capabilities()).toMatchObject({ segment: 'available', cutout: 'available' });
        const lamp = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#000000' } })
          .composite([
            {
              input: await sharp({ create: { width: 80, height: 60, channels: 3, background: '#ffffff' } })
                .png()
                .toBuffer(),
              left: 190,
              top: 30,
            },
          ])
          .jpeg()
          .toBuffer();
        const { cutout, steps } = await vision.cutout({ fileId: 'lamp', bytes: lamp }, { shadow: false });
        expect(steps.find(({ step }) => step === 'segment')).toMatchObject({
          status: 'ok',
          model: runner.version('seg'),
        });
        const { data, info } = await sharp(await read(files, cutout!.fileId))
          .raw()
          .toBuffer({ resolveWithObject: true });
        const alphaAt = (x: number, y: number) => data[(Math.round(y) * info.width + Math.round(x)) * 4 + 3];
        expect(alphaAt(info.width / 2, info.height / 2)).toBe(255);
        expect([alphaAt(1, 1), alphaAt(info.width - 2, info.height - 2)]).toEqual([0, 0]);
      } finally {
        await runner.close();
      }
    });

    it('tells an empty mask from a failure', async () => {
      const nothing = { ...mask, data: new Uint8Array(mask.data.length) };
      const { steps } = await open({ files: new FolderFileStore(folder) }).cutout(photo, { mask: nothing });
      expect(steps.find(({ step }) => step === 'centre')).toMatchObject({ code: 'object-not-found', retryable: false });
    });
  });
});

/** Calls the picture a photo or a plan by the sign of what a made-up network says. */
function fixtureClassifier(runner: ModelRunner): KindClassifier {
  return {
    get version() {
      return runner.version('kinds');
    },
    classify: async (image, signal) => {
      const input = tensorOf(await resizeRaster(image, { width: 8, height: 8 }), {
        layout: 'NCHW',
        mean: [0, 0, 0],
        std: [1, 1, 1],
      });
      const { scores } = await runner.run('kinds', { image: input }, signal);
      return { ...estimate('photo'), probability: scores!.data[0]! };
    },
  };
}
