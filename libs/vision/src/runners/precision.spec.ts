import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelRunner } from '../models/model-runner.js';
import { writeFixtureModel } from './fixture-model.js';
import { ModelRegistry, type RunnableModel, versionOf } from './model-registry.js';
import { choosePrecision, chosenVariants } from './precision.js';

/** What a made-up variant answers and how long it takes. */
type Behaviour = Record<string, { ms: number; answer: number[] | Error }>;

describe(choosePrecision.name, () => {
  let folder: string;
  let file: string;
  let models: RunnableModel[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'precision-'));
    file = path.join(folder, 'precision.json');
    models = [
      writeFixtureModel(folder, { id: 'net' }),
      writeFixtureModel(folder, { id: 'net-int8', seed: 2 }, { variantOf: 'net', precision: 'int8' }),
      writeFixtureModel(folder, { id: 'net-fp16', seed: 3 }, { variantOf: 'net', precision: 'fp16' }),
      writeFixtureModel(folder, { id: 'single', seed: 4 }),
    ];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function runnerOf(behaviour: Behaviour) {
    const run = vi.fn<ModelRunner['run']>(async (id) => {
      const { ms, answer } = behaviour[id]!;
      await sleep(ms);
      if (answer instanceof Error) throw answer;
      return { scores: { data: Float32Array.from(answer), dims: [1, answer.length] } };
    });
    return { run, version: () => null, close: async () => {} };
  }
  const SAME = [1, 2, 3];

  it('takes the fastest variant that agrees, and runs it under the original’s id', async () => {
    const runner = runnerOf({
      net: { ms: 12, answer: SAME },
      'net-int8': { ms: 1, answer: [3, -2, 1] },
      'net-fp16': { ms: 4, answer: [1.01, 2, 3] },
    });
    const choices = await choosePrecision({ models, runner, file });
    expect(choices).toMatchObject([{ id: 'net', chosen: 'net-fp16' }]);
    expect(choices[0]?.trials.map(({ id, agreement }) => [id, agreement > 0.995])).toEqual([
      ['net', true],
      ['net-int8', false],
      ['net-fp16', true],
    ]);
    const registry = new ModelRegistry(models, chosenVariants(choices));
    expect(versionOf(registry.find('net')!)).toBe(versionOf(models[2]!));
    expect(registry.find('single')?.id).toBe('single');
  });

  it('stays with the original when nothing is faster, and when a variant breaks', async () => {
    const runner = runnerOf({
      net: { ms: 3, answer: SAME },
      'net-int8': { ms: 9, answer: SAME },
      'net-fp16': { ms: 0, answer: new Error('no such operator') },
    });
    const choices = await choosePrecision({ models, runner, file });
    expect(choices[0]).toMatchObject({ chosen: 'net' });
    expect(chosenVariants(choices).size).toBe(0);
  });

  it('trusts known answers more than agreement, and gives up at most a point', async () => {
    const runner = runnerOf({
      net: { ms: 12, answer: SAME },
      'net-int8': { ms: 1, answer: [3, -2, 1] },
      'net-fp16': { ms: 4, answer: SAME },
    });
    const shares: Record<string, number> = { net: 0.97, 'net-int8': 0.965, 'net-fp16': 0.95 };
    const choices = await choosePrecision({ models, runner, file, accuracy: async (id) => shares[id] });
    expect(choices[0]?.chosen).toBe('net-int8');
  });

  it('measures once: again only when a file or the machine’s setting is another', async () => {
    const runner = runnerOf({
      net: { ms: 2, answer: SAME },
      'net-int8': { ms: 0, answer: SAME },
      'net-fp16': { ms: 4, answer: SAME },
    });
    const first = await choosePrecision({ models, runner, file });
    const runs = runner.run.mock.calls.length;
    expect(await choosePrecision({ models, runner, file })).toEqual(first);
    expect(runner.run).toHaveBeenCalledTimes(runs);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ choices: [{ id: 'net', trials: { length: 3 } }] });
    await choosePrecision({ models, runner, file, setting: 'cuda' });
    expect(runner.run.mock.calls.length).toBeGreaterThan(runs);
    writeFileSync(file, 'broken');
    expect((await choosePrecision({ models, runner, file }))[0]?.id).toBe('net');
  });

  it('has nothing to do without variants', async () => {
    const runner = runnerOf({});
    expect(await choosePrecision({ models: [models[3]!], runner, file })).toEqual([]);
    expect(runner.run).not.toHaveBeenCalled();
  });
});
