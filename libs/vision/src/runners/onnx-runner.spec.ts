import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../../ci/build.mjs';
import type { Tensor } from '../models/model-runner.js';
import { fixtureScores, writeFixtureModel } from './fixture-model.js';
import type { RunnerEvent } from './host-pool.js';
import { versionOf } from './model-registry.js';
import { OnnxModelRunner, type OnnxRunnerOptions } from './onnx-runner.js';
import { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runner.errors.js';

const SIDE = 8;
/** One run of a batch of 256 takes seconds, one of a single picture milliseconds. */
const HEAVY = { id: 'heavy', width: 512, layers: 60 };

function picture(means: readonly number[], batch = 1): { image: Tensor } {
  const data = new Float32Array(batch * 3 * SIDE * SIDE);
  for (let at = 0; at < data.length; at++) data[at] = means[Math.floor(at / (SIDE * SIDE)) % 3]!;
  return { image: { data, dims: [batch, 3, SIDE, SIDE] } };
}

const MEANS = [0.25, 0.5, 0.75];

describe(OnnxModelRunner.name, () => {
  let folder: string;
  const runners: OnnxModelRunner[] = [];
  beforeAll(async () => {
    await build();
    folder = mkdtempSync(path.join(tmpdir(), 'vision-runner-'));
  });
  afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.close())));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function open(options: Partial<OnnxRunnerOptions> & Pick<OnnxRunnerOptions, 'models'>) {
    const events: RunnerEvent[] = [];
    const runner = new OnnxModelRunner({ hosts: 1, device: 'cpu', onEvent: (event) => events.push(event), ...options });
    runners.push(runner);
    return { runner, events, kinds: () => events.map(({ kind }) => kind) };
  }

  it.each(['process', 'thread'] as const)('computes in a %s what the graph says', async (isolation) => {
    const shape = { id: 'small', side: SIDE };
    const { runner } = open({ models: [writeFixtureModel(folder, shape)], isolation });
    const inputs = picture(MEANS);
    const { scores } = await runner.run('small', inputs);
    expect(scores?.dims).toEqual([1, 4]);
    for (const [at, score] of fixtureScores(MEANS, shape).entries()) expect(scores?.data[at]).toBeCloseTo(score, 6);
    // The caller's tensor is still whole: a second run may need it.
    expect(inputs.image.data).toHaveLength(3 * SIDE * SIDE);
  });

  it('never loads the runtime in this process: only the host imports it', () => {
    const sources = readdirSync(path.join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .filter((file) =>
        /from 'onnxruntime-node'/.test(readFileSync(path.join(import.meta.dirname, '..', file), 'utf8')),
      );
    // Building models and training probes are commands of their own, with nobody else to hold up.
    const serving = sources.filter((file) => !/^(models|probe.training)/.test(file));
    expect(serving).toEqual([path.join('runners', 'inference-host.ts')]);
  });

  it('runs as many at once as it has hosts, each in a process of its own', async () => {
    const { runner } = open({ models: [writeFixtureModel(folder, HEAVY)], hosts: 2 });
    const runs = Array.from({ length: 6 }, () => runner.run('heavy', picture(MEANS, 4)));
    await Promise.all(runs);
    const pids = runner.state.hosts.map(({ pid }) => pid);
    expect(new Set([...pids, process.pid]).size).toBe(3);
  });

  it('replaces a process killed in the middle of a run and runs once more', async () => {
    const { runner, events } = open({ models: [writeFixtureModel(folder, HEAVY)] });
    await runner.run('heavy', picture(MEANS));
    const [{ pid } = { pid: undefined }] = runner.state.hosts;
    // Enough work that a fast machine, too, is still at it when the process is killed.
    const run = runner.run('heavy', picture(MEANS, 1_000));
    await sleep(20);
    process.kill(pid!, 'SIGKILL');
    const { scores } = await run;
    expect(scores?.dims).toEqual([1_000, HEAVY.width]);
    expect(events.filter(({ kind }) => kind === 'host-lost')).toEqual([
      { kind: 'host-lost', model: runner.version('heavy'), cause: 'exit' },
    ]);
    expect(runner.state.hosts[0]?.pid).not.toBe(pid);
  });

  it.each(['process', 'thread'] as const)(
    'gives up on a %s past the deadline twice, then serves others',
    async (isolation) => {
      const { runner, events } = open({ models: [writeFixtureModel(folder, HEAVY)], isolation, deadlineMs: 300 });
      await runner.run('heavy', picture(MEANS));
      await expect(runner.run('heavy', picture(MEANS, 2_500))).rejects.toBeInstanceOf(ModelTimeoutError);
      expect(events.filter((event) => event.kind === 'host-lost' && event.cause === 'deadline')).toHaveLength(2);
      const { scores } = await runner.run('heavy', picture(MEANS));
      expect(scores?.dims).toEqual([1, HEAVY.width]);
    },
  );

  it('forgets a run nobody waits for any more and goes on', async () => {
    const { runner } = open({ models: [writeFixtureModel(folder, HEAVY)] });
    const aborted = new AbortController();
    const running = expect(runner.run('heavy', picture(MEANS, 16), aborted.signal)).rejects.toThrow('enough');
    const waiting = expect(runner.run('heavy', picture(MEANS, 16), aborted.signal)).rejects.toThrow('enough');
    aborted.abort(new Error('enough'));
    await Promise.all([running, waiting]);
    expect(runner.state.waiting).toBe(0);
    await expect(runner.run('heavy', picture(MEANS))).resolves.toHaveProperty('scores');
  });

  it('refuses with a hint when too many wait', async () => {
    const { runner } = open({ models: [writeFixtureModel(folder, HEAVY)], queueLimit: 2 });
    const accepted = Array.from({ length: 3 }, () => runner.run('heavy', picture(MEANS)));
    const refusal = await runner.run('heavy', picture(MEANS)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ModelBusyError);
    expect((refusal as ModelBusyError).retryAfterMs).toBeGreaterThan(0);
    await expect(Promise.all(accepted)).resolves.toHaveLength(3);
  });

  it('releases an idle model, gives its memory back and loads it again when it is needed', async () => {
    const large = writeFixtureModel(
      folder,
      { id: 'large', width: 1_024, layers: 6, ownWeights: true },
      { idleUnloadMs: 250 },
    );
    const small = writeFixtureModel(folder, { id: 'tiny' });
    const { runner, events } = open({ models: [large, small] });
    await runner.run('large', picture(MEANS));
    const full = runner.state.hosts[0]!.rssBytes;
    await expect.poll(() => runner.state.modelBytes, { timeout: 5_000 }).toBe(0);
    await runner.run('tiny', picture(MEANS));
    expect(full - runner.state.hosts[0]!.rssBytes).toBeGreaterThan(0.8 * large.bytes);
    expect(events).toContainEqual({ kind: 'released', model: versionOf(large), reason: 'idle' });
    await expect(runner.run('large', picture(MEANS))).resolves.toHaveProperty('scores');
  });

  it('keeps within its memory budget, the least recently used model first', async () => {
    const models = ['a', 'b', 'c'].map((id, seed) => writeFixtureModel(folder, { id, width: 256, seed }));
    const { runner, events } = open({ models, budgetBytes: 2.5 * models[0]!.bytes });
    for (const id of ['a', 'b', 'a', 'c', 'a']) await runner.run(id, picture(MEANS));
    expect(runner.state.hosts[0]?.loaded.toSorted()).toEqual([runner.version('a'), runner.version('c')]);
    expect(events.filter(({ kind }) => kind === 'released')).toEqual([
      { kind: 'released', model: runner.version('b'), reason: 'budget' },
    ]);
    const { runner: poor } = open({ models, budgetBytes: models[0]!.bytes - 1 });
    await expect(poor.run('a', picture(MEANS))).rejects.toThrow(ModelFailedError);
  });

  it('swaps a model for another file of the same id', async () => {
    const [first, second] = [1, 2].map((seed) => writeFixtureModel(folder, { id: 'swap', seed }));
    const { runner, events } = open({ models: [first!] });
    const before = await runner.run('swap', picture(MEANS));
    runner.use([second!]);
    expect(runner.version('swap')).toBe(versionOf(second!));
    const after = await runner.run('swap', picture(MEANS));
    expect(after.scores?.data[0]).not.toBeCloseTo(before.scores!.data[0]!, 6);
    expect(events).toContainEqual({ kind: 'released', model: versionOf(first!), reason: 'replaced' });
  });

  it('loads what is marked so before anybody asks, on every host', async () => {
    const models = [
      writeFixtureModel(folder, { id: 'early' }, { preload: true }),
      writeFixtureModel(folder, { id: 'late' }),
    ];
    const { runner } = open({ models, hosts: 2 });
    expect(runner.isWarm).toBe(false);
    await runner.preload();
    expect(runner.isWarm).toBe(true);
    expect(runner.state.hosts.map(({ loaded }) => loaded)).toEqual([[versionOf(models[0]!)], [versionOf(models[0]!)]]);
  });

  it('tells a missing model from a broken one', async () => {
    const changed = writeFixtureModel(folder, { id: 'changed' });
    const garbage = writeFixtureModel(folder, { id: 'garbage' });
    writeFileSync(changed.path, Buffer.concat([readFileSync(changed.path), Buffer.from([0])]));
    const { runner } = open({ models: [changed, { ...garbage, input: { ...garbage.input, name: 'other' } }] });
    expect(runner.version('absent')).toBeNull();
    await expect(runner.run('absent', picture(MEANS))).rejects.toThrow(ModelMissingError);
    await expect(runner.run('changed', picture(MEANS))).rejects.toThrow(/sha256/);
    await expect(runner.run('garbage', picture(MEANS))).rejects.toThrow(ModelFailedError);
  });

  it('leaves nothing running when it is closed', async () => {
    const { runner } = open({ models: [writeFixtureModel(folder, HEAVY)] });
    const running = expect(runner.run('heavy', picture(MEANS, 64))).rejects.toThrow(ModelFailedError);
    const waiting = expect(runner.run('heavy', picture(MEANS))).rejects.toThrow(ModelFailedError);
    await sleep(20);
    const [{ pid } = { pid: undefined }] = runner.state.hosts;
    await runner.close();
    await Promise.all([running, waiting]);
    expect(() => process.kill(pid!, 0)).toThrow();
  });
});
