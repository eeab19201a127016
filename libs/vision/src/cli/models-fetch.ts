// `npm run models:fetch -- --list FILE [--allow-private]`: fetches an operator's models by address and sha256 into the data directory.
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GuardedFetch, loadConfig } from '#libs/platform';
import { fetchModels, readModelList } from '../models/fetch-models.js';
import { ModelFolder } from '../models/model-folder.js';
import { modelTable } from '../models/model-table.js';

const USAGE = `npm run models:fetch -- --list FILE [--allow-private]
  FILE: {"models": [entry of models/manifest.json with "source": {"url": "https://…"}, …]}
  --allow-private: addresses inside your own network and plain http, too`;
const LIST_LIMIT = 1024 * 1024;

const { values } = parseArgs({
  options: { list: { type: 'string' }, 'allow-private': { type: 'boolean', default: false } },
});
try {
  if (!values.list) {
    console.error(USAGE);
    process.exitCode = 2;
  } else {
    if (statSync(values.list).size > LIST_LIMIT) throw new Error('the list is larger than 1 MiB');
    const models = readModelList(readFileSync(values.list, 'utf8'));
    const folder = ModelFolder.of(loadConfig().dataDir);
    const fetch = new GuardedFetch(values['allow-private'] ? { allowedNetworks: ['0.0.0.0/0', '::/0'] } : {});
    const fetched = await fetchModels(folder, models, { fetch, log: (message) => console.log(message) });
    console.log(modelTable(fetched));
    for (const { id, licenceUnverified } of models)
      if (licenceUnverified)
        console.log(`${id}: the licence of its weights is not verified; check it before you use it`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
