// Import and streaming of a large catalogue, each in a process of its own over a server of its own:
// `npm run bench -- catalogue --store=mongo --estates=1000000 [--from=DIR] [--reading]`. Without --store every store that is
// installed; --reading writes the buildings of MongoDB past the importer and measures only how they are read.
import { spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { installedMongoPrograms, startMongoServer } from '#libs/testing';
import type { CatalogueReading } from './catalogue-reader.js';
import type { BenchReport } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DEFAULT_ESTATES = 5_000;
const MAX_ESTATES = 1_000_000;
const SAMPLE_MS = 200;
const WRITE_BATCH = 1_000;
/** Kernel clock ticks a second in /proc: fixed at 100 for user space on Linux. */
const TICKS_PER_SECOND = 100;

interface Stage {
  /** For the figures: which server it is. */
  name: string;
  environment: Record<string, string>;
  /** The server's process; absent where it is a family of them (PostgreSQL). */
  pid?: number | undefined;
  stop(): Promise<void>;
}

/** MongoDB programs by how they stand up to a million buildings; mongo-java-server keeps them all in its heap. */
const MONGO_ORDER = ['mongod', 'SecantusDB', 'mongo-java-server'];

async function startMongo(): Promise<Stage | null> {
  const installed = installedMongoPrograms();
  const program = MONGO_ORDER.flatMap((name) => installed.filter((each) => each.name === name))[0];
  if (!program) return null;
  const server = await startMongoServer(program);
  const environment = { CATALOGUE_STORE: 'mongo', MONGODB_URI: server.database() };
  return { name: server.name, pid: server.pid, environment, stop: () => server.stop() };
}

async function startPostgres(): Promise<Stage> {
  const server = await startThrowawayPostgres();
  return {
    name: 'PostgreSQL',
    environment: { CATALOGUE_STORE: 'postgres', DATABASE_URL: server.url },
    stop: () => server.stop(),
  };
}

/** Peak resident set in MB and CPU seconds of a process so far; zeros when it is gone. Linux only. */
function usageOf(pid: number | undefined): { peak: number; cpu: number } {
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
      .reduce((sum, field) => sum + Number(field), 0);
    return { peak: Number(peak ?? 0) / 1_000, cpu: ticks / TICKS_PER_SECOND };
  } catch {
    return { peak: 0, cpu: 0 };
  }
}

interface Outcome {
  seconds: number;
  peak: number;
  cpu: number;
  output: string;
}

/** Runs a program of dist/ to its end. Throws with what it said when it fails. */
function runProgram(entry: string, options: readonly string[], environment: Record<string, string>): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(ROOT, `${entry}.js`), ...options], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4_000);
  });
  let usage = { peak: 0, cpu: 0 };
  const sampling = setInterval(() => {
    const now = usageOf(child.pid);
    if (now.peak > 0) usage = now;
  }, SAMPLE_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(sampling);
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1_000, ...usage, output });
      else reject(new Error(`${entry} ended with ${code ?? signal}: ${errors}`));
    });
  });
}

/** Writes the buildings as another program would: the documents of `estates` alone, without search rows. */
async function writePastImporter(uri: string, directory: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  const collection = connection.collection<{ _id: string }>('estates');
  let batch: { _id: string }[] = [];
  const write = async () => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(path.join(directory, 'estates.jsonl')) })) {
    const { id, updatedAt, ...facts } = JSON.parse(line) as { id: string; updatedAt: string };
    batch.push({ _id: id, ...facts, ...{ updatedAt: new Date(updatedAt) } });
    if (batch.length === WRITE_BATCH) await write();
  }
  await write();
  await connection.close();
}

async function measureImport(report: BenchReport, stage: Stage, estates: number, directory: string): Promise<void> {
  const { name, environment } = stage;
  const server = usageOf(stage.pid);
  const options = ['--store', environment.CATALOGUE_STORE === 'mongo' ? 'mongo' : 'postgres', '--from', directory];
  const imported = await runProgram('libs/estates/src/cli/data-import', options, environment);
  const serverAfter = usageOf(stage.pid);
  report.add(`${name} import`, imported.seconds, 's', 1);
  report.add(`${name} import`, estates / imported.seconds, 'buildings/s', estates);
  report.add(`${name} import: our peak memory`, imported.peak, 'MB', 1);
  report.add(`${name} import: our CPU`, imported.cpu, 's', 1);
  if (stage.pid) report.add(`${name} import: CPU of the server`, serverAfter.cpu - server.cpu, 's', 1);
}

async function measureReading(report: BenchReport, stage: Stage, estates: number): Promise<void> {
  const { name, environment } = stage;
  for (const work of ['stream', 'snapshot'] as const) {
    const before = usageOf(stage.pid);
    const { output, cpu } = await runProgram('test/bench/catalogue-reader', [work], environment);
    const read = JSON.parse(output) as CatalogueReading;
    if (read.estates !== estates) throw new Error(`${name} streamed ${read.estates} of ${estates} buildings`);
    report.add(`${name} ${work}`, read.seconds, 's', 1);
    report.add(`${name} ${work}`, read.lots / read.seconds, 'lots/s', read.lots);
    report.add(`${name} ${work}: our peak memory`, read.peakBytes / 1e6, 'MB', 1);
    report.add(`${name} ${work}: our CPU`, cpu, 's', 1);
    if (stage.pid) report.add(`${name} ${work}: CPU of the server`, usageOf(stage.pid).cpu - before.cpu, 's', 1);
  }
  if (stage.pid) report.add(`${name}: peak memory of the server`, usageOf(stage.pid).peak, 'MB', 1);
}

/** Import, stream and analog snapshot of a catalogue over each store: time, and the peak memory of each of our processes. */
export async function run(report: BenchReport): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument.startsWith('--')),
    options: {
      store: { type: 'string' },
      estates: { type: 'string' },
      from: { type: 'string' },
      reading: { type: 'boolean' },
    },
    strict: false,
  });
  const estates = Number(values.estates ?? DEFAULT_ESTATES);
  if (!Number.isInteger(estates) || estates < 1 || estates > MAX_ESTATES) {
    throw new Error(`--estates is a whole number from 1 to ${MAX_ESTATES}`);
  }
  const temporary = await mkdtemp(path.join(tmpdir(), 'bench-catalogue-'));
  try {
    const from = typeof values.from === 'string' ? path.resolve(values.from) : temporary;
    if (from === temporary) {
      const options = ['--estates', String(estates), '--seed', '7', '--out', temporary];
      await runProgram('libs/estates/src/cli/data-generate', options, {});
    }
    const stores = { mongo: startMongo, postgres: startPostgres };
    for (const [store, start] of Object.entries(stores)) {
      if (values.store !== undefined && values.store !== store) continue;
      const stage = await start();
      if (!stage) {
        process.stderr.write(`SKIPPED: ${store} — no server is installed (ci/mongo-server)\n`);
        continue;
      }
      try {
        const { MONGODB_URI: uri } = stage.environment;
        if (values.reading === true && uri) await writePastImporter(uri, from);
        else await measureImport(report, stage, estates, from);
        await measureReading(report, stage, estates);
      } finally {
        await stage.stop();
      }
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
