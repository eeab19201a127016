import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from './conversion/tfjs-weights.js';
import { DATA_FOLDER, DEFAULT_SET_LIMIT_BYTES, defaultModels, PACKAGED_MODELS } from './default-models.js';
import type { ModelEntry } from './model-manifest.js';

/**
 * Converts everything anew and writes size, sha256 and package version of each file into the pins. For developers, after a
 * change of a package's version, of the converter or of the probe; the change of the file is reviewed like code.
 * Throws RangeError when the set grows past its limit.
 */
export async function pinDefaultModels(pinsFile: string): Promise<ModelEntry[]> {
  const pinned: ModelEntry[] = [];
  for (const entry of defaultModels()) {
    const packaged = PACKAGED_MODELS[entry.id];
    const data = path.join(DATA_FOLDER, entry.file);
    if (!packaged && !existsSync(data)) continue;
    const bytes = packaged ? await packaged.convert() : readFileSync(data);
    const source = packaged ? { ...entry.source, version: packaged.installedVersion() } : entry.source;
    pinned.push({ ...entry, source, bytes: bytes.length, sha256: sha256(bytes) });
  }
  const total = pinned.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > DEFAULT_SET_LIMIT_BYTES) throw new RangeError(`the default set has ${total} bytes, more than its limit`);
  writeFileSync(pinsFile, `${JSON.stringify({ models: pinned }, null, 2)}\n`);
  return pinned;
}
