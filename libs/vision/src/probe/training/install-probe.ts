import { sha256 } from '../../models/conversion/tfjs-weights.js';
import { defaultModels, KIND_PROBE_ID } from '../../models/default-models.js';
import type { ModelFolder } from '../../models/model-folder.js';
import type { ModelEntry } from '../../models/model-manifest.js';
import type { ProbeFile } from '../probe-file.js';

/** Puts a probe beside the other models under a name of its own bytes, so that a running process keeps the file it has read. */
export async function installProbe(folder: ModelFolder, id: string, probe: ProbeFile): Promise<ModelEntry> {
  const bytes = Buffer.from(`${JSON.stringify(probe)}\n`);
  const hash = sha256(bytes);
  const template = defaultModels().find((entry) => entry.id === KIND_PROBE_ID)!;
  const entry: ModelEntry = {
    ...template,
    id,
    version: hash.slice(0, 12),
    file: `${id}-${hash.slice(0, 12)}.json`,
    bytes: bytes.length,
    sha256: hash,
    licence: 'own data',
    source: { script: probe.provenance.script },
    labels: probe.labels,
  };
  await folder.writeFile(entry.file, bytes);
  await folder.put([entry]);
  return entry;
}
