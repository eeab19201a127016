import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '#libs/chats';
import type { FileStore } from '#libs/platform';
import type { JobContext } from '#libs/queues';
import {
  type AnalysisOptions,
  type AnalysisResult,
  type DetectAnalysis,
  type FastAnalysis,
  type FastResult,
  ImageRefusal,
  type OcrAnalysis,
  type SourceImage,
  type StepReport,
  type Vision,
} from '#libs/vision';
import { PictureSource } from './picture-source.js';
import { StepBrokenError, visionProcessors } from './vision-processors.js';

const id = (digit: string) => digit.repeat(40);
const [PHOTO, PLAN, CORRUPT, GONE] = [id('a'), id('b'), id('c'), id('d')];
const HASHES: Record<string, string> = { [PHOTO]: '0'.repeat(16), [PLAN]: 'f'.repeat(16) };
const step = (name: string, more: Partial<StepReport> = {}): StepReport => ({
  step: name,
  ms: 1,
  cached: false,
  status: 'ok',
  ...more,
});

/** An engine that says what it is told and notes what it was asked; the real one has its own tests and those of the product. */
class NotedVision implements Vision {
  readonly asked: string[] = [];
  detectSteps: StepReport[] = [step('detect')];
  isForced: boolean | undefined;

  async fast({ fileId }: SourceImage): Promise<FastAnalysis> {
    this.asked.push(`fast ${fileId[0]}`);
    if (fileId === CORRUPT) throw new ImageRefusal('image-corrupt');
    return {
      fileId,
      sha256: fileId,
      image: { format: 'png', width: 10, height: 10, bytes: 10 },
      kind: fileId === PLAN ? 'plan' : 'photo',
      probability: 0.9,
      hash: { phash: HASHES[fileId] ?? '', dhash: (HASHES[fileId] ?? '').repeat(4) },
      similar: [{ source: { estateId: 'e1' }, certainty: 'same', distance: 1 }],
      next: fileId === PLAN ? ['ocr'] : ['detect'],
      steps: [step('inspect'), step('unsafe', { status: 'skipped', reason: 'model-missing' })],
    };
  }

  async detect({ fileId }: SourceImage, { force }: AnalysisOptions = {}): Promise<DetectAnalysis> {
    this.asked.push(`detect ${fileId[0]}`);
    this.isForced = force;
    return { fileId, objects: [], fitOut: 'unknown', steps: [step('inspect'), ...this.detectSteps] };
  }

  async ocr({ fileId }: SourceImage): Promise<OcrAnalysis> {
    this.asked.push(`ocr ${fileId[0]}`);
    return { fileId, text: 'текст', confidence: 1, fields: {}, steps: [step('inspect'), step('ocr')] };
  }

  async cutout({ fileId }: SourceImage) {
    return { fileId, steps: [step('segment', { status: 'skipped', reason: 'model-missing' })] };
  }

  capabilities() {
    return {};
  }

  async close() {}
}

const files: Pick<FileStore, 'open'> = {
  async open(fileId) {
    if (fileId === GONE) return null;
    const file = { fileId, name: 'a.png', contentType: 'image/png', size: 3, sha256: fileId };
    return { file, stream: Readable.from([Buffer.from('png')]) };
  },
};

function processorsOver(vision = new NotedVision()) {
  const photos = { suggestions: () => [{ estateId: 'e1', name: 'БЦ', certainty: 'same' as const }] };
  return {
    vision,
    jobs: visionProcessors({ engine: Promise.resolve(vision), source: new PictureSource(files), photos }),
  };
}

const context = (isLastAttempt = false): JobContext => ({
  jobId: 'j',
  files: null,
  signal: new AbortController().signal,
  isLastAttempt,
});
const pictures = (...ids: string[]) => ({ pictures: ids.map((fileId) => ({ fileId })) });

describe('vision.fast', () => {
  it('answers for every picture; one that is corrupt or gone leaves the others alone', async () => {
    const { jobs } = processorsOver();
    const result = (await jobs['vision.fast'](
      pictures(PHOTO, CORRUPT, GONE, PLAN),
      context(),
    )) as unknown as FastResult;
    expect(
      result.pictures.map((picture) => ('problem' in picture ? picture.problem.code : picture.analysis.kind)),
    ).toEqual(['photo', 'image-corrupt', 'FILE_NOT_FOUND', 'plan']);
    expect(result.pictures[0]).toMatchObject({
      missing: ['unsafe'],
      analysis: { estates: [{ name: 'БЦ' }], repeats: [] },
    });
  });

  it('tells a picture that looks like an earlier one of the chat', async () => {
    const { jobs } = processorsOver();
    const earlier = [{ fileId: id('e'), hash: { phash: `1${'0'.repeat(15)}`, dhash: '0'.repeat(64) } }];
    const result = (await jobs['vision.fast'](
      { ...pictures(PHOTO, PLAN), earlier } as JsonValue,
      context(),
    )) as unknown as FastResult;
    expect(result.pictures.map((picture) => ('analysis' in picture ? picture.analysis.repeats : []))).toEqual([
      [id('e')],
      [],
    ]);
  });

  it.each([
    [{}],
    [{ pictures: [] }],
    [pictures('../../etc/passwd')],
    [pictures(...Array.from({ length: 11 }, () => PHOTO))],
    [{ ...pictures(PHOTO), earlier: [{ fileId: PHOTO, hash: { phash: 'x', dhash: 'y' } }] }],
  ])('refuses %j', async (payload) => {
    const { jobs, vision } = processorsOver();
    await expect(jobs['vision.fast'](payload as JsonValue, context())).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(vision.asked).toEqual([]);
  });
});

describe('a step that broke', () => {
  it('is tried again while there are attempts, and then the rest must do', async () => {
    const { jobs, vision } = processorsOver();
    vision.detectSteps = [step('detect', { status: 'failed', code: 'model-timeout', retryable: true })];
    await expect(jobs['vision.detect'](pictures(PHOTO), context())).rejects.toThrow(StepBrokenError);
    expect(await jobs['vision.detect'](pictures(PHOTO), context(true))).toMatchObject({
      pictures: [{ analysis: { steps: [{ step: 'inspect' }, { status: 'failed' }] } }],
    });
  });

  it('is not tried again when that cannot help', async () => {
    const { jobs, vision } = processorsOver();
    vision.detectSteps = [step('detect', { status: 'failed', code: 'model-failed', retryable: false })];
    await expect(jobs['vision.detect'](pictures(PHOTO), context())).resolves.toBeDefined();
  });
});

describe('vision.analysis', () => {
  const analyse = async (request: object) => {
    const { jobs, vision } = processorsOver();
    const result = (await jobs['vision.analysis'](request as JsonValue, context())) as unknown as AnalysisResult;
    return { result, vision };
  };

  it('does what the kind deserves', async () => {
    const photo = await analyse({ fileId: PHOTO });
    expect(photo.vision.asked).toEqual(['fast a', 'detect a']);
    expect(photo.result).toMatchObject({ kind: 'photo', objects: [], fitOut: 'unknown', missing: ['unsafe'] });
    expect(photo.result).not.toHaveProperty('text');
    const plan = await analyse({ fileId: PLAN });
    expect(plan.vision.asked).toEqual(['fast b', 'ocr b']);
    expect(plan.result.steps.map((each) => each.step)).toEqual(['inspect', 'unsafe', 'ocr']);
  });

  it('does exactly what is asked for, whatever the kind', async () => {
    const { vision, result } = await analyse({ fileId: PLAN, want: ['objects'] });
    expect(vision.asked).toEqual(['fast b', 'detect b']);
    expect(vision.isForced).toBe(true);
    expect(result).not.toHaveProperty('text');
    expect((await analyse({ fileId: PHOTO, want: ['kind'] })).vision.asked).toEqual(['fast a']);
  });

  it('refuses a picture that cannot be read with its own code', async () => {
    await expect(analyse({ fileId: CORRUPT })).rejects.toMatchObject({ code: 'image-corrupt' });
    await expect(analyse({ fileId: GONE })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('vision.cutout', () => {
  it('says that a mask is needed when nothing can find the object', async () => {
    const { jobs } = processorsOver();
    await expect(jobs['vision.cutout']({ fileId: PHOTO }, context())).rejects.toMatchObject({ code: 'MASK_REQUIRED' });
  });
});
