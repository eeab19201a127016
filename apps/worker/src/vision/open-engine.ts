import path from 'node:path';
import type { Catalogue } from '#libs/estates';
import { DATA_FOLDER, GuardedFetch, type OpenedPlatform } from '#libs/platform';
import {
  type CheckedModel,
  choosePrecision,
  chosenVariants,
  ensureDefaultModels,
  HttpModelRunner,
  MicroBatcher,
  ModelFolder,
  type ModelRunner,
  modelParts,
  OnnxModelRunner,
  openTextRecogniser,
  openVision,
  PostgresStepStore,
  RoutedModelRunner,
  RuleFieldReader,
  StepCache,
  type Vision,
  type VisionParts,
} from '#libs/vision';
import { CataloguePhotos } from './catalogue-photos.js';
import { PhotoHashRepository } from './photo-hash.repository.js';
import { PhotoReader } from './photo-reader.js';
import { VisionMetrics } from './vision-metrics.js';

const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;
/** How often results of steps that are too old are removed, ms. */
const PRUNE_MS = 3_600_000;

/** The engine of a process; opening it takes seconds, so jobs wait for it and the process does not. */
export interface VisionEngine {
  vision: Promise<Vision>;
  /** Settled when the models to be kept warm are. */
  warm: Promise<void>;
  photos: CataloguePhotos;
}

/**
 * Opens what looks at pictures, in the background: brings the default models into the data folder when they are not there,
 * checks every model against its manifest, loads and warms up those marked so. What is missing is told in health and metrics
 * and makes its steps `skipped`. Closed with the process.
 *
 * @param readiness `required`: the process is not ready before the models are warm; `optional`: it only says so
 */
export function openEngine(
  platform: OpenedPlatform,
  catalogue: Catalogue,
  readiness: 'required' | 'optional',
): VisionEngine {
  const { config, health, logger, metrics, pool, shutdown } = platform;
  const visionMetrics = new VisionMetrics(metrics);
  const guarded = new GuardedFetch({ allowedNetworks: config.outboundAllowedNetworks, ports: config.outboundPorts });
  const photos = new CataloguePhotos(
    catalogue,
    new PhotoHashRepository(pool),
    new PhotoReader(guarded, DATA_FOLDER),
    logger,
  );
  const parts = new EngineParts(platform, visionMetrics, photos);
  const vision = parts.open();
  vision.catch((error: unknown) => logger.error({ err: error }, 'pictures cannot be looked at'));
  let opened: Vision | null = null;
  const warm = vision.then(async (engine) => {
    opened = engine;
    photos.start();
    await parts.runner?.preload();
    logger.info({ capabilities: engine.capabilities() }, 'pictures can be looked at');
  });
  shutdown.add('vision', async () => {
    await photos.stop();
    await parts.close();
  });

  const capabilities = () => opened?.capabilities() ?? {};
  health.registerCapabilities('vision', capabilities);
  health.register({
    name: 'vision',
    optional: readiness === 'optional',
    check: async () => {
      if (!parts.runner?.isWarm) throw new Error('its models are not warm yet');
    },
  });
  metrics.addCollector(() =>
    visionMetrics.sample({
      photos: photos.size,
      capabilities: capabilities(),
      ...(parts.runner && { runner: parts.runner.state }),
    }),
  );
  return { vision, warm, photos };
}

/** What the engine is made of, and its end. */
class EngineParts {
  runner: OnnxModelRunner | null = null;
  private readonly closers: (() => Promise<void> | void)[] = [];
  private opening: Promise<Vision> | null = null;

  constructor(
    private readonly platform: OpenedPlatform,
    private readonly metrics: VisionMetrics,
    private readonly photos: CataloguePhotos,
  ) {}

  open(): Promise<Vision> {
    this.opening ??= this.openAll();
    return this.opening;
  }

  /** Ends what was opened, last opened first; what is still being opened is waited for. */
  async close(): Promise<void> {
    await this.opening?.catch(() => undefined);
    for (const close of this.closers.reverse()) await close();
  }

  private async openAll(): Promise<Vision> {
    const { config, files, logger } = this.platform;
    const { threads, decodeMemoryMb } = config.vision;
    const models = await this.models();
    const runner = this.openRunner(models);
    await this.choosePrecision(models);
    const vision = openVision({
      ...this.partsOf(models, runner),
      ...(await this.readers()),
      similar: this.photos,
      files,
      cache: this.openCache(),
      threads,
      decoding: { bytes: decodeMemoryMb * MEBIBYTE },
      onStep: (result) => this.metrics.step(result),
      onUnexpected: (step, error) => logger.error({ step, err: error }, 'a step of vision broke'),
    });
    this.closers.push(() => vision.close());
    return vision;
  }

  /** Models that may be loaded; each that may not is told with its reason. */
  private async models(): Promise<CheckedModel[]> {
    const { config, logger } = this.platform;
    try {
      await ensureDefaultModels(config.dataDir, { log: (message) => logger.info(message) });
    } catch (error) {
      logger.error({ err: error }, 'the default models could not be built: npm run models:build says more');
    }
    const { models, refused } = await ModelFolder.of(config.dataDir).check({
      production: config.environment === 'production',
    });
    for (const { id, code, reason } of refused) logger.warn({ model: id, code }, reason);
    return models;
  }

  /** Networks on this machine; those the operator named run on the server; pictures meet in batches when that is switched on. */
  private openRunner(models: readonly CheckedModel[]): ModelRunner {
    const { threads, isolation, device, modelMemoryMb, queueLimit, ...remote } = this.platform.config.vision;
    const networks = models.filter(({ format }) => format === 'onnx');
    const here = new OnnxModelRunner({
      models: networks,
      hosts: threads,
      isolation,
      device,
      budgetBytes: modelMemoryMb * MEBIBYTE,
      queueLimit,
      onEvent: (event) => this.metrics.runner(event),
    });
    this.runner = here;
    const { modelServer, serverModels, serverToken, batchMax, batchDelayMs } = remote;
    const named = serverModels.map((model) => {
      const [id = '', name = id] = model.split('=');
      return { id, name };
    });
    const there =
      modelServer && named.length > 0
        ? new HttpModelRunner({
            url: modelServer,
            models: named,
            queueLimit,
            ...(serverToken !== undefined && { token: serverToken }),
          })
        : null;
    const runner = there ? new RoutedModelRunner([there, here]) : here;
    this.closers.push(() => runner.close());
    if (batchMax === 1) return runner;
    const limits = new Map(networks.map(({ id, maxBatch }) => [id, maxBatch]));
    return new MicroBatcher(runner, {
      maxBatch: batchMax,
      maxDelayMs: batchDelayMs,
      maxBatchOf: (id) => limits.get(id) ?? 1,
    });
  }

  /** Where the manifest has a model in several precisions: runs the one that is fastest here and right enough, measured once. */
  private async choosePrecision(models: readonly CheckedModel[]): Promise<void> {
    const { config, logger } = this.platform;
    const networks = models.filter(({ format }) => format === 'onnx');
    if (!this.runner || !networks.some(({ variantOf }) => variantOf !== undefined)) return;
    try {
      const file = path.join(ModelFolder.of(config.dataDir).folder, 'precision.json');
      const setting = config.vision.device;
      const choices = await choosePrecision({ models: networks, runner: this.runner, file, setting });
      this.runner.use(networks, chosenVariants(choices));
      for (const { id, chosen } of choices) logger.info({ model: id, chosen }, 'precision by measurement');
    } catch (error) {
      logger.warn({ err: error }, 'precisions could not be compared: models run as they are named');
    }
  }

  /** A probe that cannot be read or is not good enough costs its own capability only. */
  private partsOf(models: readonly CheckedModel[], runner: ModelRunner): VisionParts {
    return modelParts(models, runner, (model, error) =>
      this.platform.logger.error({ model, err: error }, 'a probe is not used'),
    );
  }

  private async readers(): Promise<VisionParts> {
    const { dataDir, vision } = this.platform.config;
    const fields = new RuleFieldReader();
    if (vision.recogniser === 'off') return { fields };
    const recogniser = await openTextRecogniser({ modelsFolder: ModelFolder.of(dataDir).folder });
    this.closers.push(() => recogniser.close());
    return { recogniser, fields };
  }

  private openCache(): StepCache {
    const { config, logger, pool } = this.platform;
    const { cacheMb, cacheDays } = config.vision;
    const store = new PostgresStepStore(pool, cacheDays);
    const prune = setInterval(() => {
      store.prune().catch((error: unknown) => logger.warn({ err: error }, 'old results of steps were not removed'));
    }, PRUNE_MS);
    prune.unref();
    this.closers.push(() => clearInterval(prune));
    return new StepCache({
      memoryBytes: cacheMb * MEBIBYTE,
      store,
      maxAgeMs: cacheDays * DAY_MS,
      onStoreError: (error) => logger.warn({ err: error }, 'results of steps are not kept'),
    });
  }
}
