import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { loadConfig } from '#libs/platform';
import {
  BACKBONE_ID,
  type CheckedModel,
  DETECT_SIDE,
  decodeImage,
  ensureDefaultModels,
  HashIndex,
  LOOK_SIDE,
  ModelFolder,
  modelParts,
  OnnxModelRunner,
  openTextRecogniser,
  openVision,
  type RunnerEvent,
  StepCache,
  type StepResult,
  type Tensor,
  type Vision,
} from '#libs/vision';
import type { BenchReport } from './report.js';
import { sustainedJobs } from './vision-jobs.js';
import { DETAILED, phonePhoto, printedAd } from './vision-pictures.js';

const ROUNDS = 25;
const RUNS = 60;
/** Aim of the sustained run. */
const IMAGES_PER_MINUTE = 500;
const PACED_MS = 10_000;

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

function told(report: BenchReport, metric: string, values: readonly number[]): void {
  report.add(`${metric} min`, Math.min(...values), 'ms', values.length);
  report.add(`${metric} p50`, percentile(values, 0.5), 'ms', values.length);
  report.add(`${metric} p95`, percentile(values, 0.95), 'ms', values.length);
}

async function timed(rounds: number, work: (round: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const began = performance.now();
    await work(round);
    if (round >= 0) times.push(performance.now() - began);
  }
  return times;
}

const megabytes = (bytes: number) => bytes / 1e6;
/** Another digest each time: the picture is taken for one never seen. */
let pictures = 0;
const unseen = () => createHash('sha256').update(`${process.pid} ${pictures++}`).digest('hex');

function openRunner(models: readonly CheckedModel[], hosts: number, isolation: 'process' | 'thread' = 'process') {
  const events: RunnerEvent[] = [];
  const runner = new OnnxModelRunner({
    models,
    hosts,
    isolation,
    device: 'cpu',
    onEvent: (event) => events.push(event),
  });
  /** Milliseconds of the networks alone since the last call. */
  const runs = () => events.splice(0).flatMap((event) => (event.kind === 'run' ? [event.ms] : []));
  return { runner, runs };
}

/** The networks alone: batch sizes, one and two hosts, processes and threads. */
async function networks(report: BenchReport, models: readonly CheckedModel[]): Promise<void> {
  const backbone = models.find(({ id }) => id === BACKBONE_ID);
  if (!backbone) return;
  const { name, width, height } = backbone.input;
  const batchOf = (batch: number): Record<string, Tensor> => ({
    [name]: { data: new Float32Array(batch * 3 * width * height).fill(0.5), dims: [batch, 3, height, width] },
  });
  for (const isolation of ['process', 'thread'] as const) {
    const { runner, runs } = openRunner(models, 1, isolation);
    for (const batch of isolation === 'process' ? [1, 4, 8] : [1]) {
      const rounds = Math.ceil(RUNS / batch);
      const trips = await timed(rounds, () => runner.run(BACKBONE_ID, batchOf(batch)));
      told(report, `backbone batch ${batch} ${isolation} network`, runs().slice(-rounds));
      told(report, `backbone batch ${batch} ${isolation} round trip`, trips);
    }
    await runner.close();
  }
  for (const hosts of [1, 2]) {
    const { runner } = openRunner(models, hosts);
    await Promise.all(Array.from({ length: hosts * 2 }, () => runner.run(BACKBONE_ID, batchOf(1))));
    const began = performance.now();
    await Promise.all(Array.from({ length: RUNS }, () => runner.run(BACKBONE_ID, batchOf(1))));
    report.add(
      `backbone ${hosts} host${hosts > 1 ? 's' : ''}`,
      (RUNS * 1_000) / (performance.now() - began),
      'images/s',
      RUNS,
    );
    const { hosts: held } = runner.state;
    report.add(
      `${hosts} host${hosts > 1 ? 's' : ''} RSS`,
      megabytes(held.reduce((sum, { rssBytes }) => sum + rssBytes, 0)),
      'MB',
      hosts,
    );
    await runner.close();
  }
}

/** What an idle model gives back. */
async function unloading(report: BenchReport, models: readonly CheckedModel[]): Promise<void> {
  const backbone = models.find(({ id }) => id === BACKBONE_ID);
  const detector = models.find(({ task }) => task === 'detect');
  if (!backbone || !detector) return;
  const { runner } = openRunner(
    [
      { ...backbone, idleUnloadMs: 0 },
      { ...detector, idleUnloadMs: 300 },
    ],
    1,
  );
  const blank = ({ input }: CheckedModel): Record<string, Tensor> => ({
    [input.name]: { data: new Float32Array(3 * input.width * input.height), dims: [1, 3, input.height, input.width] },
  });
  await runner.run(backbone.id, blank(backbone));
  report.add('host RSS with the backbone', megabytes(runner.state.hosts[0]!.rssBytes), 'MB', 1);
  await runner.run(detector.id, blank(detector));
  report.add('host RSS with the detector as well', megabytes(runner.state.hosts[0]!.rssBytes), 'MB', 1);
  await sleep(900);
  await runner.run(backbone.id, blank(backbone));
  report.add('host RSS after the idle detector was released', megabytes(runner.state.hosts[0]!.rssBytes), 'MB', 1);
  await runner.close();
}

async function openEngine(models: readonly CheckedModel[], hosts: number) {
  const { runner } = openRunner(models, hosts);
  const recogniser = await openTextRecogniser({ modelsFolder: ModelFolder.of(loadConfig().dataDir).folder });
  const steps: StepResult<unknown>[] = [];
  const vision = openVision({
    ...modelParts(models, runner),
    recogniser,
    cache: new StepCache(),
    onStep: (result) => steps.push(result),
  });
  await runner.preload();
  return {
    vision,
    steps,
    runner,
    close: async () => {
      await vision.close();
      await recogniser.close();
      await runner.close();
    },
  };
}

/**
 * The least that decoding costs: nothing but sharp's reading of the file at an eighth of its size, neither turned nor converted.
 * Nearly all of it is entropy decoding, which no scale avoids.
 */
function bareDecode(jpeg: Buffer): Promise<Buffer> {
  return sharp(jpeg).resize(LOOK_SIDE, LOOK_SIDE, { fit: 'inside', kernel: 'nearest' }).raw().toBuffer();
}

/** The whole paths of one picture after another. */
async function paths(report: BenchReport, models: readonly CheckedModel[], photo: Buffer): Promise<void> {
  const { vision, steps, close } = await openEngine(models, 1);
  const ad = printedAd();
  try {
    told(report, '12 MP bare libjpeg-turbo at an eighth', await timed(ROUNDS, () => bareDecode(photo)));
    told(report, '12 MP decode for the quick look', await timed(ROUNDS, () => decodeImage(photo, LOOK_SIDE)));
    told(report, '12 MP decode for objects', await timed(ROUNDS, () => decodeImage(photo, DETECT_SIDE)));
    const fast = await timed(ROUNDS, () => vision.fast({ fileId: 'f', bytes: photo, sha256: unseen() }));
    told(report, '12 MP classify path', fast);
    report.aim('12 MP classify path p50 / 50 ms', percentile(fast, 0.5) / 50, { atMost: 1 }, ROUNDS);
    for (const name of ['inspect', 'normalise', 'classify', 'hash', 'unsafe']) {
      const ran = steps.filter(({ step, status, cached }) => step === name && status === 'ok' && !cached);
      if (ran.length > 0)
        report.add(
          `step ${name} p50`,
          percentile(
            ran.map(({ ms }) => ms),
            0.5,
          ),
          'ms',
          ran.length,
        );
    }
    const detailed = await phonePhoto(DETAILED);
    report.add('12 MP photo of much detail', megabytes(detailed.length), 'MB', 1);
    told(report, 'much detail: bare libjpeg-turbo at an eighth', await timed(ROUNDS, () => bareDecode(detailed)));
    const look = () => vision.fast({ fileId: 'f', bytes: detailed, sha256: unseen() });
    told(report, 'much detail: classify path', await timed(ROUNDS, look));
    const repeat = await timed(ROUNDS, () => vision.fast({ fileId: 'f', bytes: photo }));
    told(report, '12 MP repeat', repeat);
    report.aim('12 MP repeat p50 / 6 ms', percentile(repeat, 0.5) / 6, { atMost: 1 }, ROUNDS);
    const force = true;
    told(
      report,
      '12 MP detect',
      await timed(12, () => vision.detect({ fileId: 'f', bytes: photo, sha256: unseen() }, { force })),
    );
    const afterLook: number[] = [];
    for (let round = 0; round < 12; round++) {
      const looked = { fileId: 'f', bytes: photo, sha256: unseen() };
      await vision.fast(looked);
      const began = performance.now();
      await vision.detect(looked, { force });
      afterLook.push(performance.now() - began);
    }
    told(report, '12 MP detect after a look', afterLook);
    if (vision.capabilities().ocr === 'available') {
      told(report, 'ad OCR', await timed(5, () => vision.ocr({ fileId: 'f', bytes: ad, sha256: unseen() }, { force })));
      told(report, 'ad OCR repeat', await timed(ROUNDS, () => vision.ocr({ fileId: 'f', bytes: ad }, { force })));
    }
    report.add('main process RSS, the bench itself included', megabytes(process.memoryUsage.rss()), 'MB', 1);
  } finally {
    await close();
  }
}

function similarity(report: BenchReport): void {
  const hex = (digits: number, seed: number) =>
    createHash('sha512').update(String(seed)).digest('hex').slice(0, digits);
  const hashOf = (seed: number) => ({ phash: hex(16, seed), dhash: hex(64, seed) });
  const index = new HashIndex();
  for (let seed = 0; seed < 100_000; seed++) index.add({ source: { fileId: `${seed}` }, hash: hashOf(seed) });
  const times: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const began = performance.now();
    index.find(hashOf(seed), 'photo');
    times.push(performance.now() - began);
  }
  told(report, 'near duplicates among 100,000', times.slice(20));
}

/** New 12-megapixel photos at a steady pace; the event loop of the process that takes the jobs is watched. */
async function paced(report: BenchReport, vision: Vision, photo: Buffer, ms: number, name: string): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const cpu = process.cpuUsage();
  delay.enable();
  const began = performance.now();
  const latencies: number[] = [];
  const running: Promise<unknown>[] = [];
  const pause = 60_000 / IMAGES_PER_MINUTE;
  for (let n = 0; n * pause < ms; n++) {
    await sleep(Math.max(0, began + n * pause - performance.now()));
    const sent = performance.now();
    const look = vision.fast({ fileId: 'f', bytes: photo, sha256: unseen() });
    running.push(look.then(() => latencies.push(performance.now() - sent)));
  }
  await Promise.all(running);
  const seconds = (performance.now() - began) / 1_000;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const p99 = delay.percentile(99) / 1e6;
  report.add(`${name} images a minute`, (latencies.length * 60) / seconds, 'images/min', latencies.length);
  told(report, `${name} latency`, latencies);
  report.add(`${name} event loop p99`, p99, 'ms', delay.count);
  report.add(`${name} event loop max`, delay.max / 1e6, 'ms', delay.count);
  report.aim(`${name} event loop p99 / 50 ms`, p99 / 50, { atMost: 1 }, delay.count);
  report.add(`${name} CPU of the main process`, (user + system) / 1e6 / seconds, 'cores', 1);
}

/**
 * Pictures on this machine: decoding, the networks alone and in the whole path, detection, OCR, repeats, memory, and the event loop
 * of the process while pictures keep coming. `--sustained` does another thing: two minutes (`--seconds=N`) of 500 photos of 12
 * megapixels a minute, as jobs to a worker process. The photo and the ad are made up. Times depend on what else the machine does:
 * the load average is told.
 */
export async function run(report: BenchReport): Promise<void> {
  if (process.argv.includes('--sustained')) {
    const seconds = process.argv.flatMap((argument) => /^--seconds=(\d{1,4})$/.exec(argument)?.[1] ?? [])[0];
    await sustainedJobs(report, ...(seconds === undefined ? [] : [Number(seconds)]));
    return;
  }
  const { dataDir } = loadConfig();
  await ensureDefaultModels(dataDir);
  const { models, refused } = await ModelFolder.of(dataDir).check({ production: false });
  for (const { id, code } of refused) process.stderr.write(`model ${id} is not measured: ${code}\n`);
  report.add('load average before', loadavg()[0]!, 'processes', 1);
  report.add('model files', megabytes(models.reduce((sum, { bytes }) => sum + bytes, 0)), 'MB', models.length);
  const photo = await phonePhoto();
  report.add('12 MP photo', megabytes(photo.length), 'MB', 1);
  const networksOnly = models.filter(({ format }) => format === 'onnx');
  await networks(report, networksOnly);
  await unloading(report, networksOnly);
  await paths(report, models, photo);
  similarity(report);
  const engine = await openEngine(models, 2);
  try {
    await paced(report, engine.vision, photo, PACED_MS, 'ten seconds');
    const { hosts } = engine.runner.state;
    report.add(
      'RSS of main process and hosts',
      megabytes(process.memoryUsage.rss() + hosts.reduce((sum, { rssBytes }) => sum + rssBytes, 0)),
      'MB',
      1 + hosts.length,
    );
  } finally {
    await engine.close();
  }
  report.add('load average after', loadavg()[0]!, 'processes', 1);
}
