import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from './conversion/tfjs-weights.js';
import { type ModelFolder, sha256OfFile } from './model-folder.js';
import type { ModelEntry, ModelManifest } from './model-manifest.js';
import { humanCenterNet, ModelSourceMissingError, NSFWJS_BACKBONE, type PackagedModel } from './tfjs-packages.js';

/** Limit of the default set's files together. */
export const DEFAULT_SET_LIMIT_BYTES = 92 * 1024 * 1024;

/** Id of the features that the probe reads. */
export const BACKBONE_ID = 'mobilenet-v2-nsfw';
/** Id of the default detector. */
export const DETECTOR_ID = 'centernet-mobilenet-v3';
/** Id of the probe that tells photo, plan, document and other apart. */
export const KIND_PROBE_ID = 'image-kind-probe';

/** Where each packaged model of the default set comes from. */
export const PACKAGED_MODELS: Readonly<Record<string, PackagedModel>> = {
  [BACKBONE_ID]: NSFWJS_BACKBONE,
  [DETECTOR_ID]: humanCenterNet(),
};

/** A converted file is not the one that is pinned: the package changed, or the converter did. */
export class ModelPinError extends Error {
  override readonly name = 'ModelPinError';
  readonly code = 'vision.model_pin_mismatch';

  constructor(
    readonly modelId: string,
    expected: string,
    got: string,
  ) {
    super(`${modelId} came out as sha256 ${got} and is pinned as ${expected}: install the pinned package version`);
  }
}

/** Root of the checkout or image, seen from the sources or from dist/. */
export const ROOT = path.resolve(
  import.meta.dirname,
  import.meta.dirname.includes(`${path.sep}dist${path.sep}`) ? '../../../../..' : '../../../..',
);
/** Pins of the default set: entries of its manifest with the sha256 of every file. */
export const PINS_FILE = path.join(import.meta.dirname, 'default-models.json');
/** Models that an image brings along ready-made, so that it needs no packages to convert from. */
const SHIPPED_FOLDER = path.join(ROOT, 'models');
/** Folder of files of the default set that are data of the repository: the trained probe. */
export const DATA_FOLDER = path.join(ROOT, 'data', 'vision');

/** The committed manifest of the default set. */
export function defaultModels(): ModelEntry[] {
  return (JSON.parse(readFileSync(PINS_FILE, 'utf8')) as ModelManifest).models;
}

/** What happened to one model of the default set. */
export interface BuiltModel {
  entry: ModelEntry;
  outcome: 'kept' | 'built' | 'copied' | 'own' | 'unavailable';
  /** Why it is unavailable. */
  reason?: string;
}

/**
 * Brings the default set into a folder: keeps files that are right, copies shipped ones, converts the rest from npm packages,
 * refuses a result that is not the pinned one, and writes the manifest. Doing it twice changes nothing. A model of the same id
 * that is not of the default set (a retrained probe) is left alone. Throws ModelPinError, ModelManifestError, ConversionError.
 */
export async function buildDefaultModels(
  folder: ModelFolder,
  { log = () => {} }: { log?: (message: string) => void } = {},
): Promise<BuiltModel[]> {
  const present = new Map((await folder.read()).models.map((model) => [model.id, model]));
  const built: BuiltModel[] = [];
  for (const entry of defaultModels()) {
    const owned = present.get(entry.id);
    if (owned && !isOfDefaultSet(owned, entry)) {
      built.push({ entry: owned, outcome: 'own' });
      continue;
    }
    const target = folder.pathOf(entry.file);
    if (existsSync(target) && (await sha256OfFile(target)) === entry.sha256) {
      built.push({ entry, outcome: 'kept' });
      continue;
    }
    try {
      log(`${entry.id}: ${entry.source.package ? `converting from ${entry.source.package}` : 'copying'}`);
      const { bytes, outcome } = await obtain(entry);
      await folder.writeFile(entry.file, bytes);
      built.push({ entry, outcome });
    } catch (error) {
      if (!(error instanceof ModelSourceMissingError)) throw error;
      built.push({ entry, outcome: 'unavailable', reason: error.message });
    }
  }
  const there = built.filter(({ outcome }) => outcome !== 'unavailable' && outcome !== 'own').map(({ entry }) => entry);
  const changed = there.some((entry) => JSON.stringify(present.get(entry.id)) !== JSON.stringify(entry));
  if (changed) await folder.put(there);
  return built;
}

/** Whether the folder has the whole default set already, by names and sizes: cheap enough for every start. */
export async function hasDefaultModels(folder: ModelFolder): Promise<boolean> {
  const { models } = await folder.check({ production: false });
  const ready = new Set(models.map(({ id }) => id));
  const named = new Map((await folder.read()).models.map((model) => [model.id, model]));
  return defaultModels().every((entry) => {
    const present = named.get(entry.id);
    return present && ready.has(entry.id) && (!isOfDefaultSet(present, entry) || present.sha256 === entry.sha256);
  });
}

/** An entry that models:build wrote, now or in an earlier version; anything else under its id is the operator's. */
function isOfDefaultSet(present: ModelEntry, entry: ModelEntry): boolean {
  return present.source.package === entry.source.package && present.source.script === entry.source.script;
}

async function obtain(entry: ModelEntry): Promise<{ bytes: Buffer; outcome: 'built' | 'copied' }> {
  for (const folder of [SHIPPED_FOLDER, DATA_FOLDER]) {
    const file = path.join(folder, entry.file);
    if (!existsSync(file)) continue;
    const bytes = await readFile(file);
    if (sha256(bytes) === entry.sha256) return { bytes, outcome: 'copied' };
  }
  const packaged = PACKAGED_MODELS[entry.id];
  if (!packaged) throw new ModelPinError(entry.id, entry.sha256, `of no file in ${DATA_FOLDER}`);
  const bytes = await packaged.convert();
  const got = sha256(bytes);
  if (got !== entry.sha256) throw new ModelPinError(entry.id, entry.sha256, got);
  return { bytes, outcome: 'built' };
}
