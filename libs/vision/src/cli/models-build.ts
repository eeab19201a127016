// `npm run models:build`: converts what installed npm packages ship into <WEWALL_DATA_DIR>/models. `--pin` writes new pins.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '#libs/platform';
import { buildDefaultModels, ROOT } from '../models/default-models.js';
import { ModelFolder } from '../models/model-folder.js';
import { modelTable } from '../models/model-table.js';
import { pinDefaultModels } from '../models/pin-default-models.js';

const { values } = parseArgs({ options: { pin: { type: 'boolean', default: false }, out: { type: 'string' } } });
try {
  if (values.pin) {
    const pinned = await pinDefaultModels(path.join(ROOT, 'libs/vision/src/models/default-models.json'));
    console.log(modelTable(pinned.map((entry) => ({ entry, outcome: 'pinned' }))));
  } else {
    const folder = values.out ? new ModelFolder(path.resolve(values.out)) : ModelFolder.of(loadConfig().dataDir);
    const built = await buildDefaultModels(folder, { log: (message) => console.log(message) });
    console.log(modelTable(built));
    console.log(`manifest: ${folder.manifestFile}`);
    if (built.some(({ outcome }) => outcome === 'unavailable')) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
