import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Raster } from '../image/raster.js';
import type { ModelRunner } from '../models/model-runner.js';
import { Backbone } from './backbone.js';
import { BackboneUnsafeFilter, ProbeClassifier, ProbeKindClassifier } from './probe-classifier.js';
import { type ProbeFile, ProbeFormatError, readProbe } from './probe-file.js';

const MODEL = {
  id: 'backbone',
  input: { name: 'image', layout: 'NCHW' as const, width: 4, height: 4, mean: [0, 0, 0], std: [1, 1, 1] },
};
const VERSION = 'backbone@0123456789ab';
const KINDS = ['photo', 'plan', 'document', 'other'];
const signal = AbortSignal.timeout(10_000);

const picture = (): Raster => ({ data: new Uint8Array(8 * 8 * 3).fill(200), width: 8, height: 8, channels: 3 });

function newBackbone(features: number[], version: string | null = VERSION, unsafe = [0, 0, 1, 0, 0]) {
  const runs: string[] = [];
  const runner: ModelRunner = {
    version: () => version,
    run: async (id) => {
      runs.push(id);
      if (runs.length === 1 && features.length === 0) throw new Error('the thread is gone');
      return {
        features: { data: Float32Array.from(features), dims: [1, features.length] },
        unsafe: { data: Float32Array.from(unsafe), dims: [1, 5] },
      };
    },
    close: async () => {},
  };
  return { backbone: new Backbone(runner, MODEL), runs };
}

const probe = (over: Partial<ProbeFile> = {}): ProbeFile => ({
  labels: KINDS,
  backbone: VERSION,
  temperature: 1,
  threshold: 0.75,
  bias: [0, 0, 0, 0],
  weights: [
    [4, 0],
    [0, 4],
    [0, 0],
    [0, 0],
  ],
  provenance: {
    script: '',
    data: '',
    examples: 0,
    heldOut: { examples: 0, accuracy: 0, byLabel: {}, answered: 0, accuracyOfAnswered: 0, calibrationError: 0 },
  },
  ...over,
});
const classifier = (features: number[], over?: Partial<ProbeFile>, version?: string | null) =>
  new ProbeKindClassifier(
    new ProbeClassifier(newBackbone(features, version).backbone, probe(over), 'probe@abcdefabcdef'),
  );

describe('ProbeKindClassifier', () => {
  it('says what it is sure of', async () => {
    const { kind, probability, scores } = await classifier([0, 1]).classify(picture(), signal);
    expect(kind).toBe('plan');
    expect(probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 3), 5);
    expect(Object.values(scores).reduce((a, b) => a + b, 0)).toBeCloseTo(1);
  });

  it('says that it does not know under the threshold, never a kind by default', async () => {
    expect(await classifier([0.5, 0.5]).classify(picture(), signal)).toMatchObject({ kind: 'unknown' });
    expect(await classifier([0, 1], { temperature: 8 }).classify(picture(), signal)).toMatchObject({ kind: 'unknown' });
  });

  it('has no version without the backbone it was trained on', () => {
    expect(classifier([0, 1]).version).toBe('probe@abcdefabcdef');
    expect(classifier([0, 1], {}, 'backbone@ffffffffffff').version).toBeNull();
    expect(classifier([0, 1], {}, null).version).toBeNull();
  });

  it('refuses a probe of other labels', () => {
    expect(() => classifier([0, 1], { labels: ['shell', 'ready', 'a', 'b'] })).toThrow(RangeError);
  });
});

describe('Backbone', () => {
  it('runs once for one picture, for the probe and the filter', async () => {
    const { backbone, runs } = newBackbone([1, 0], VERSION, [0.1, 0.2, 0.3, 0.35, 0.05]);
    const image = picture();
    await new ProbeClassifier(backbone, probe(), 'probe@0').estimate(image);
    const filter = new BackboneUnsafeFilter(backbone, ['drawing', 'hentai', 'neutral', 'porn', 'sexy']);
    expect(await filter.judge(image, signal)).toBeCloseTo(0.55);
    expect(runs).toHaveLength(1);
    await backbone.outputs(picture());
    expect(runs).toHaveLength(2);
  });

  it('tries again after a failed run', async () => {
    const { backbone, runs } = newBackbone([]);
    const image = picture();
    await expect(backbone.outputs(image)).rejects.toThrow('the thread is gone');
    await expect(backbone.outputs(image)).resolves.toBeDefined();
    expect(runs).toHaveLength(2);
  });
});

describe('readProbe', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-probe-'));
  const file = path.join(folder, 'probe.json');
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['no probe', '{}'],
    ['rows of different lengths', JSON.stringify(probe({ weights: [[1, 2], [1], [1, 2], [1, 2]] }))],
    ['a row too few', JSON.stringify(probe({ weights: [[1, 2]] }))],
    ['a text for a number', JSON.stringify({ ...probe(), bias: ['0', 0, 0, 0] })],
  ])('refuses %s', (_name, text) => {
    writeFileSync(file, text);
    expect(() => readProbe(file)).toThrow(ProbeFormatError);
  });

  it('reads a good one', () => {
    writeFileSync(file, JSON.stringify(probe()));
    expect(readProbe(file)).toEqual(probe());
    rmSync(folder, { recursive: true });
  });
});
