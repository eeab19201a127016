import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestProblems } from './manifest-rules.js';
import type { ModelEntry, ModelManifest } from './model-manifest.js';

/** The manifest cannot be read: nothing of it is used. The message says where and what to do. */
export class ModelManifestError extends Error {
  override readonly name = 'ModelManifestError';
  readonly code = 'vision.manifest_invalid';
}

/** A model of the manifest that is not used, and why, in a sentence for the operator. */
export interface RefusedModel {
  id: string;
  code: 'file-missing' | 'size-mismatch' | 'sha256-mismatch' | 'fixture' | 'over-budget';
  reason: string;
}

/** A model that may be loaded. */
export interface CheckedModel extends ModelEntry {
  /** Absolute path of its file. */
  path: string;
}

export interface CheckedModels {
  models: CheckedModel[];
  refused: RefusedModel[];
  /** Of the files that may be loaded. */
  totalBytes: number;
}

/** Bytes of model files one folder may have in use unless the caller says otherwise. */
export const MODEL_BUDGET_BYTES = 2 * 1024 ** 3;

/** The folder `models` of the data directory: files and the `manifest.json` that names them. */
export class ModelFolder {
  readonly manifestFile: string;

  constructor(readonly folder: string) {
    this.manifestFile = path.join(folder, 'manifest.json');
  }

  /** The folder of a data directory. */
  static of(dataDir: string): ModelFolder {
    return new ModelFolder(path.join(dataDir, 'models'));
  }

  pathOf(file: string): string {
    return path.join(this.folder, file);
  }

  /** The manifest as written; an empty one when there is none. Throws ModelManifestError. */
  async read(): Promise<ModelManifest> {
    let text: string;
    try {
      text = await readFile(this.manifestFile, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { models: [] };
      throw error;
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new ModelManifestError(
        `${this.manifestFile} is not JSON: mend it, or delete it and run npm run models:build`,
        {
          cause: error,
        },
      );
    }
    const problems = manifestProblems(parsed);
    if (problems.length > 0) throw new ModelManifestError(`${this.manifestFile}: ${problems.join('; ')}`);
    return parsed as ModelManifest;
  }

  /**
   * Compares every file with the manifest. A model whose file is missing, changed, a fixture in production or beyond the budget
   * is refused with a sentence; the others may be loaded. Throws ModelManifestError.
   */
  async check({
    production,
    budgetBytes = MODEL_BUDGET_BYTES,
  }: {
    production: boolean;
    budgetBytes?: number;
  }): Promise<CheckedModels> {
    const { models } = await this.read();
    const checked: CheckedModels = { models: [], refused: [], totalBytes: 0 };
    for (const model of models) {
      const refusal = await this.refusal(model, production, budgetBytes - checked.totalBytes);
      if (refusal) checked.refused.push({ id: model.id, ...refusal });
      else {
        checked.models.push({ ...model, path: this.pathOf(model.file) });
        checked.totalBytes += model.bytes;
      }
    }
    return checked;
  }

  private async refusal(
    model: ModelEntry,
    production: boolean,
    bytesLeft: number,
  ): Promise<Omit<RefusedModel, 'id'> | null> {
    const file = this.pathOf(model.file);
    if (model.fixture && production)
      return { code: 'fixture', reason: `${model.id} has made-up weights of a test and is not used in production` };
    const size = await sizeOf(file);
    if (size === null)
      return {
        code: 'file-missing',
        reason: `${file} of ${model.id} is not there: run npm run models:build or models:fetch`,
      };
    if (size !== model.bytes)
      return {
        code: 'size-mismatch',
        reason: `${file} has ${size} bytes, the manifest says ${model.bytes}: ${model.id} is not used`,
      };
    if (size > bytesLeft)
      return { code: 'over-budget', reason: `${model.id} (${size} bytes) is beyond the limit of bytes of all models` };
    const sha256 = await sha256OfFile(file);
    if (sha256 !== model.sha256)
      return {
        code: 'sha256-mismatch',
        reason: `${file} has sha256 ${sha256}, the manifest says ${model.sha256}: ${model.id} is not used. Build or fetch it again`,
      };
    return null;
  }

  /** Writes a model's file whole or not at all. */
  async writeFile(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeWhole(this.pathOf(file), bytes);
  }

  /** Adds entries, each in the place of the one of its id; the others stay as they are. */
  async put(entries: readonly ModelEntry[]): Promise<void> {
    const { models } = await this.read();
    const added = new Map(entries.map((entry) => [entry.id, entry]));
    const kept = models.map((model) => {
      const replacement = added.get(model.id);
      added.delete(model.id);
      return replacement ?? model;
    });
    await mkdir(this.folder, { recursive: true });
    const manifest: ModelManifest = { models: [...kept, ...added.values()] };
    await writeWhole(this.manifestFile, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  }
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.${Date.now()}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}

/** Hex; streamed, so that a file of any size takes little memory. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
