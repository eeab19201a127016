import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig, type OpenedPlatform, openPlatform } from '#libs/platform';
import { JobQueue, JobResults, QueueBackend } from '#libs/queues';
import { freePort, hasRedis, RedisServer, ServerProcess } from '#libs/testing';
import { ensureDefaultModels } from '#libs/vision';
import type { BenchReport } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';
import { anotherPhoto, phonePhoto } from './vision-pictures.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Aim of the run: photos never seen, a minute. */
const IMAGES_PER_MINUTE = 500;
const SECONDS = 120;
const WARM_UP = 10;
const OWNER = 'bench';
const OPEN_LIMIT = 100_000;
/** How long the last jobs are waited for, ms. */
const PATIENCE_MS = 120_000;
const POLL_MS = 250;

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** What the worker told of itself at one scrape. Reading the event loop's delay begins its histogram anew. */
class Scrape {
  private constructor(private readonly text: string) {}

  static async of(address: string): Promise<Scrape> {
    const response = await fetch(`${address}/metrics`);
    if (!response.ok) throw new Error(`the worker's metrics answer ${response.status}`);
    return new Scrape(await response.text());
  }

  /** The value of a metric without labels. Throws when it is not there. */
  value(name: string): number {
    const line = new RegExp(`^${name} (\\S+)$`, 'm').exec(this.text)?.[1];
    if (line === undefined) throw new Error(`the worker does not tell ${name}`);
    return Number(line);
  }
}

/** Largest resident memory the process has had, bytes; null where the system does not tell it. */
function peakMemory(pid: number): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
}

/** Puts photos into the file store and `vision.fast` jobs into the queue; outcomes come back through PostgreSQL, as partners' do. */
class PhotoJobs {
  private readonly results: JobResults;
  private readonly files = new Map<string, string>();
  private sent = 0;

  constructor(
    private readonly platform: OpenedPlatform,
    private readonly queue: JobQueue,
    private readonly photo: Buffer,
  ) {
    this.results = new JobResults(platform.pool);
  }

  /** Stores a photo that nobody has seen and asks for it to be looked at. */
  async send(): Promise<void> {
    this.sent += 1;
    const { fileId } = await this.platform.files.put(anotherPhoto(this.photo, `${process.pid} ${this.sent}`), {
      name: 'photo.jpg',
      contentType: 'image/jpeg',
    });
    const id = createHash('sha256').update(fileId).digest('hex');
    this.files.set(id, fileId);
    const envelope = { payload: { pictures: [{ fileId }] }, files: [] };
    await this.results.expect({ id, owner: OWNER, name: 'vision.fast', envelope }, OPEN_LIMIT);
    await this.queue.add('vision.fast', { id, envelope });
  }

  /** Resolves when every job has its outcome; photos of those that have are removed. Throws when some have none for too long. */
  async settled(ms = PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + ms;
    while (this.files.size > 0) {
      if (performance.now() > deadline) throw new Error(`${this.files.size} jobs have no outcome`);
      await this.tidy();
      await sleep(POLL_MS);
    }
  }

  /** Removes photos of finished jobs: two minutes of them would fill a small disk. */
  async tidy(): Promise<void> {
    const { rows } = await this.platform.pool.query<{ id: string }>(
      `select id from job_results where state <> 'waiting' and id = any($1)`,
      [[...this.files.keys()]],
    );
    for (const { id } of rows) {
      const fileId = this.files.get(id);
      this.files.delete(id);
      if (fileId !== undefined) await this.platform.files.remove(fileId);
    }
  }

  /** By the database's clock: from the request noted to the outcome stored. */
  async outcomes(since: Date): Promise<{ ms: number[]; failed: number; finishedAt: number }> {
    const { rows } = await this.platform.pool.query<{ ms: number; failed: boolean; at: Date }>(
      `select (extract(epoch from finished_at - created_at) * 1000)::float8 as ms, finished_at as at,
         state <> 'completed' or outcome #> '{result,pictures,0,analysis}' is null
           or outcome::jsonb @? '$.result.pictures[0].analysis.steps[*] ? (@.status == "failed")'
           or outcome #>> '{result,pictures,0,analysis,probability}' is null as failed
       from job_results where owner = $1 and created_at >= $2`,
      [OWNER, since],
    );
    return {
      ms: rows.map(({ ms }) => ms),
      failed: rows.filter(({ failed }) => failed).length,
      finishedAt: Math.max(...rows.map(({ at }) => at.getTime())),
    };
  }

  async now(): Promise<Date> {
    const { rows } = await this.platform.pool.query<{ now: Date }>('select clock_timestamp() as now');
    return rows[0]!.now;
  }
}

async function startWorker(environment: Record<string, string>): Promise<{ server: ServerProcess; address: string }> {
  const port = await freePort();
  const server = new ServerProcess({
    name: 'worker',
    command: process.execPath,
    args: [path.join(ROOT, 'dist/apps/worker/src/main.js')],
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', PORT: String(port), LOG_LEVEL: 'warn', ...environment },
  });
  const address = `http://127.0.0.1:${port}`;
  try {
    // Ready means that its models are warm.
    await server.until(async () => (await fetch(`${address}/health/ready`)).ok, 60_000);
  } catch (error) {
    await server.end('SIGKILL');
    throw error;
  }
  return { server, address };
}

/** Sends photos at the pace of the aim for so long; a late send is made up for. */
async function keepSending(jobs: PhotoJobs, seconds: number): Promise<void> {
  const pause = 60_000 / IMAGES_PER_MINUTE;
  const began = performance.now();
  for (let n = 0; n * pause < seconds * 1_000; n++) {
    await sleep(Math.max(0, began + n * pause - performance.now()));
    await jobs.send();
    if (n % 10 === 0) await jobs.tidy();
  }
}

/**
 * Photos of 12 megapixels as `vision.fast` jobs through BullMQ to a worker process as deployed, 500 a minute: the file store
 * has the pictures, the queue their references. The worker's event loop is read from its own metrics, whose histogram begins
 * with the measured time. The database, Redis and this process, which plays the uploads, run on the same cores.
 */
export async function sustainedJobs(report: BenchReport, seconds = SECONDS): Promise<void> {
  const postgres = await startThrowawayPostgres();
  const redis = hasRedis('the sustained run') ? await RedisServer.start() : null;
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-bench-vision-'));
  chmodSync(folder, 0o777);
  await ensureDefaultModels(folder);
  const platform = await openPlatform(
    loadConfig({ LOG_LEVEL: 'warn', WEWALL_DATA_DIR: folder, DATABASE_URL: postgres.url }),
    'bench',
  );
  const backend = await QueueBackend.open(redis ? { redisUrl: redis.url } : { databaseUrl: postgres.url });
  const queue = new JobQueue(backend);
  let worker: Awaited<ReturnType<typeof startWorker>> | null = null;
  try {
    worker = await startWorker({
      DATABASE_URL: postgres.url,
      WEWALL_DATA_DIR: folder,
      WORKER_QUEUES: 'vision',
      ...(redis && { REDIS_URL: redis.url }),
    });
    const { address, server } = worker;
    const jobs = new PhotoJobs(platform, queue, await phonePhoto());
    for (let n = 0; n < WARM_UP; n++) await jobs.send();
    await jobs.settled();

    const name = `jobs over ${redis ? 'Redis' : 'PostgreSQL'}`;
    report.add('cores', availableParallelism(), 'cores', 1);
    report.add('load average before', loadavg()[0]!, 'processes', 1);
    const since = await jobs.now();
    const before = await Scrape.of(address);
    const began = performance.now();
    await keepSending(jobs, seconds);
    await jobs.settled();
    const after = await Scrape.of(address);
    const wall = (performance.now() - began) / 1_000;

    const { ms, failed, finishedAt } = await jobs.outcomes(since);
    const minutes = Math.max(seconds, (finishedAt - since.getTime()) / 1_000) / 60;
    const perMinute = ms.length / minutes;
    report.add(`${name}: images a minute`, perMinute, 'images/min', ms.length);
    report.add(`${name}: enqueued to result p50`, percentile(ms, 0.5), 'ms', ms.length);
    report.add(`${name}: enqueued to result p95`, percentile(ms, 0.95), 'ms', ms.length);
    report.add(`${name}: enqueued to result max`, Math.max(...ms), 'ms', ms.length);
    const delay = (part: string) => after.value(`nodejs_eventloop_lag_${part}_seconds`) * 1_000;
    // The histogram holds times between two ticks of a timer of 10 ms: an idle loop shows about 10.
    report.add(`${name}: worker's event loop p50`, delay('p50'), 'ms', 1);
    report.add(`${name}: worker's event loop p99`, delay('p99'), 'ms', 1);
    report.add(`${name}: worker's event loop max`, delay('max'), 'ms', 1);
    const cpu = after.value('process_cpu_seconds_total') - before.value('process_cpu_seconds_total');
    report.add(`${name}: CPU of the worker without its inference host`, cpu / wall, 'cores', 1);
    report.add(`${name}: worker RSS`, after.value('process_resident_memory_bytes') / 1e6, 'MB', 1);
    const peak = peakMemory(server.pid);
    if (peak !== null) report.add(`${name}: worker RSS at its highest`, peak / 1e6, 'MB', 1);
    report.add(`${name}: inference host RSS`, after.value('wewall_vision_host_bytes') / 1e6, 'MB', 1);
    report.add('load average after', loadavg()[0]!, 'processes', 1);
    report.aim(
      `${name}: images a minute / ${IMAGES_PER_MINUTE}`,
      perMinute / IMAGES_PER_MINUTE,
      { atLeast: 0.99 },
      ms.length,
    );
    report.aim(`${name}: worker's event loop p99 / 50 ms`, delay('p99') / 50, { atMost: 1 }, 1);
    report.aim(`${name}: failed`, failed, { atMost: 0 }, ms.length);
  } finally {
    await worker?.server.end();
    await queue.close();
    await backend.close();
    await platform.shutdown.run();
    await redis?.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
