// The thread that holds the lots of analog search: a search is not felt by the process's event loop, and building the lots anew,
// which another thread does, not by a search.
import { parentPort, workerData } from 'node:worker_threads';
import type { JsonValue } from '#libs/chats';
import {
  AnalogIndex,
  type AnalogRequest,
  type Catalogue,
  EstatesError,
  openCatalogueStore,
  runAnalogs,
  runValuation,
  type ValuationRequest,
} from '#libs/estates';
import { createLogger, createPool } from '#libs/platform';
import { CurrentCoefficients } from '../coefficients/current-coefficients.js';
import type { AnalogAnswer, AnalogTask, AnalogThreadData, SnapshotNews } from './analog-task.js';
import { buildInThread } from './snapshot-builder.js';

/** How long a change of the catalogue may go unseen, ms. */
const REFRESH_MS = 3_000;
const POOL_SIZE = 4;

const data = workerData as AnalogThreadData;
const logger = createLogger({ level: data.logLevel, app: 'analogs' });
const pool = createPool({ url: data.databaseUrl, app: 'wewall-analogs', logger, max: POOL_SIZE });
let catalogueOpening: Promise<Catalogue> | null = null;

/** The catalogue of the configuration; one that was away is asked again by the next task. */
function openedCatalogue(): Promise<Catalogue> {
  catalogueOpening ??= openCatalogueStore(data.catalogue, pool, logger).then(
    (store) => store.catalogue,
    (error: unknown) => {
      catalogueOpening = null;
      throw error;
    },
  );
  return catalogueOpening;
}

interface Opened {
  index: AnalogIndex;
  /** The catalogue with its small tables kept in memory. */
  sources: Pick<Catalogue, 'stations' | 'squareCoeffs' | 'wayToSubwayCoeffs' | 'lots'>;
}

let opening: Promise<Opened> | null = null;
let announced = '';

function opened(): Promise<Opened> {
  opening ??= open().catch((error: unknown) => {
    // The next task tries again: the database may have been away.
    opening = null;
    throw error;
  });
  return opening;
}

async function open(): Promise<Opened> {
  const started = performance.now();
  const catalogue = await openedCatalogue();
  const [index, coefficients] = await Promise.all([
    AnalogIndex.open(catalogue, () => buildInThread(data)),
    CurrentCoefficients.open(catalogue, logger),
  ]);
  announce(index);
  logger.info(
    { lots: index.snapshot.length, bytes: index.snapshot.bytes, ms: Math.round(performance.now() - started) },
    'analog search is ready',
  );
  const sources = {
    stations: () => coefficients.stations(),
    squareCoeffs: () => coefficients.squareCoeffs(),
    wayToSubwayCoeffs: () => coefficients.wayToSubwayCoeffs(),
    lots: (ids: readonly string[]) => catalogue.lots(ids),
  };
  const upkeep = async () => {
    try {
      await index.refresh();
      announce(index);
    } catch (error) {
      logger.warn({ err: error }, 'changes of the catalogue could not be read; the lots in use stay');
    }
    setTimeout(upkeep, REFRESH_MS);
  };
  setTimeout(upkeep, REFRESH_MS);
  return { index, sources };
}

function announce({ snapshot }: AnalogIndex): void {
  const { version } = snapshot;
  if (version === announced) return;
  announced = version;
  const news: SnapshotNews = { snapshot: { version, lots: snapshot.length, bytes: snapshot.bytes } };
  parentPort?.postMessage(news);
}

// Built when the thread starts, not when somebody waits.
opened().catch((error: unknown) => logger.warn({ err: error }, 'the lots could not be read'));

/** Resolves when the lots are read. */
export async function ready(): Promise<void> {
  await opened();
}

export async function run({ name, payload }: AnalogTask): Promise<AnalogAnswer> {
  const { index, sources } = await opened();
  const { snapshot } = index;
  try {
    const result =
      name === 'analogs'
        ? await runAnalogs({ catalogue: sources, snapshot }, payload as unknown as AnalogRequest)
        : await runValuation(
            { catalogue: sources, snapshot, adjustments: data.adjustments },
            payload as unknown as ValuationRequest,
          );
    return { result: result as unknown as JsonValue };
  } catch (error) {
    if (!(error instanceof EstatesError)) throw error;
    const { code, message, details } = error;
    return { refused: { code, message, details: details as unknown as JsonValue } };
  }
}
