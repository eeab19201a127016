// `npm run vision:train`: trains a probe, from generated pictures and photographs or from people's labels, and says how good it is.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, loadConfig, openPlatform } from '#libs/platform';
import { LABEL_SETS, type LabelSet, LabelStore } from '../labels/label-store.js';
import { BACKBONE_ID, DATA_FOLDER, KIND_PROBE_ID } from '../models/default-models.js';
import { ensureDefaultModels } from '../models/ensure-default-models.js';
import { ModelFolder } from '../models/model-folder.js';
import { FIT_OUT_PROBE_ID, fitOutShortfall } from '../probe/fit-out-classifier.js';
import { readProbe } from '../probe/probe-file.js';
import type { ProbeScore } from '../probe/training/evaluation.js';
import { FeatureReader } from '../probe/training/feature-reader.js';
import { installProbe } from '../probe/training/install-probe.js';
import { trainOnLabels } from '../probe/training/label-training.js';
import { labelledExamples } from '../probe/training/labelled-pictures.js';
import { trainOnSynthetic } from '../probe/training/synthetic-training.js';

const USAGE = `npm run vision:train -- --synthetic --pictures DIR [--train N] [--test N] [--seed N] [--set blind|development] [--check]
  DIR is written by: node data/vision/collect-photos.mjs DIR. Writes data/vision/${KIND_PROBE_ID}.json; --check only reports.
npm run vision:train -- --labels ${Object.keys(LABEL_SETS).join('|')} [--check]
  Labels of clients and managers from the database, pictures from the file store. Writes into the models of the data directory.`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function report(score: ProbeScore, note: string): void {
  console.log(`held-out accuracy ${percent(score.accuracy)} of ${score.examples} (${note})`);
  for (const [label, share] of Object.entries(score.byLabel)) console.log(`  ${label}: ${percent(share)}`);
  console.log(`answered ${percent(score.answered)}, of these right ${percent(score.accuracyOfAnswered)}`);
  console.log(`calibration error ${percent(score.calibrationError)}`);
}

async function openReader(config: Config): Promise<{ folder: ModelFolder; reader: FeatureReader }> {
  await ensureDefaultModels(config.dataDir);
  const folder = ModelFolder.of(config.dataDir);
  const { models, refused } = await folder.check({ production: false });
  const backbone = models.find(({ id }) => id === BACKBONE_ID);
  if (!backbone)
    throw new Error(refused.find(({ id }) => id === BACKBONE_ID)?.reason ?? `there is no model ${BACKBONE_ID}`);
  return { folder, reader: await FeatureReader.open(backbone) };
}

async function synthetic(options: {
  pictures: string;
  train: number;
  test: number;
  seed: number;
  set: 'blind' | 'development';
  check: boolean;
}): Promise<void> {
  const { reader } = await openReader(loadConfig());
  const listed = JSON.parse(readFileSync(path.join(options.pictures, 'sources.json'), 'utf8')) as { licence: string }[];
  const licences: Record<string, number> = {};
  for (const { licence } of listed) licences[licence] = (licences[licence] ?? 0) + 1;
  const { probe, mistakes } = await trainOnSynthetic(reader, options.pictures, {
    trainCount: options.train,
    testCount: options.test,
    testSet: options.set,
    seed: options.seed,
    licences,
    log: (message) => console.log(message),
  });
  report(
    probe.provenance.heldOut,
    `synthetic, ${options.set} set: another generator and other scenes than in training`,
  );
  // Mistakes on the blind set stay unread: it is for one figure, not for tuning.
  if (options.set === 'development') for (const mistake of mistakes) console.log(`  wrong: ${mistake}`);
  if (!options.check) writeFileSync(path.join(DATA_FOLDER, `${KIND_PROBE_ID}.json`), `${JSON.stringify(probe)}\n`);
  await reader.close();
}

async function fromLabels(set: LabelSet, check: boolean): Promise<void> {
  const config = loadConfig();
  const { folder, reader } = await openReader(config);
  const platform = await openPlatform(config, 'vision-train');
  try {
    const labels: readonly string[] = LABEL_SETS[set];
    const store = new LabelStore(platform.pool);
    const { examples, unreadable } = await labelledExamples(set, store, platform.files, reader);
    console.log(`${examples.length} labelled pictures, ${unreadable} that cannot be read any more`);
    const id = set === 'kind' ? KIND_PROBE_ID : FIT_OUT_PROBE_ID;
    const before = (await folder.check({ production: false })).models.find((model) => model.id === id);
    const prior = before && existsSync(before.path) ? readProbe(before.path) : undefined;
    const probe = trainOnLabels(labels, examples, { backbone: reader.version, set, ...(prior && { prior }) });
    report(probe.provenance.heldOut, '5-fold cross-validation on people’s labels');
    const shortfall = set === 'fit-out' ? fitOutShortfall(probe) : null;
    if (shortfall !== null)
      console.log(`not good enough to answer clients: ${shortfall}. The probe before stays in use`);
    else if (!check) {
      const { file } = await installProbe(folder, id, probe);
      console.log(`${folder.pathOf(file)} is in use after the next start of the workers`);
    }
  } finally {
    await reader.close();
    await platform.shutdown.run();
  }
}

const { values } = parseArgs({
  options: {
    synthetic: { type: 'boolean', default: false },
    pictures: { type: 'string' },
    train: { type: 'string', default: '300' },
    test: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    labels: { type: 'string' },
    set: { type: 'string', default: 'blind' },
    check: { type: 'boolean', default: false },
  },
});
const [train, test, seed] = [values.train, values.test, values.seed].map(Number) as [number, number, number];
const set = Object.keys(LABEL_SETS).find((name): name is LabelSet => name === values.labels);
try {
  if (
    values.synthetic &&
    values.pictures &&
    [train, test].every((count) => Number.isInteger(count) && count > 0 && count <= 5_000)
  )
    await synthetic({
      pictures: values.pictures,
      train,
      test,
      seed,
      set: values.set === 'development' ? 'development' : 'blind',
      check: values.check,
    });
  else if (set && !values.synthetic) await fromLabels(set, values.check);
  else {
    console.error(USAGE);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
