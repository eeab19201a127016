import path from 'node:path';
import { SystemClock } from './clock.js';
import type { Config } from './config/config.js';
import { createPool } from './database.js';
import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { FileLinks, keptSecret } from './files/file-links.js';
import type { FileStore } from './files/file-store.js';
import { FolderFileStore } from './files/folder-file-store.js';
import { S3FileStore } from './files/s3-file-store.js';
import { HealthRegistry } from './http/health.js';
import { createLogger } from './logging.js';
import { Metrics } from './metrics.js';
import { migrate } from './migrations.js';
import type { PlatformParts } from './platform.module.js';
import { openRateLimiter } from './rate-limits/open-rate-limiter.js';
import type { RateLimiter } from './rate-limits/rate-limiter.js';
import { Shutdown } from './shutdown.js';
import { openTracing } from './tracing/open-tracing.js';
import type { Tracing } from './tracing/tracing.js';

/** The parts every process needs plus the database address (for BullMQ) and the shutdown they are registered on. */
export interface OpenedPlatform extends PlatformParts {
  databaseUrl: string;
  shutdown: Shutdown;
  tracing: Tracing;
  /** The rate limits of this process, opened when they are first asked for: commands have none. */
  openRateLimiter(): Promise<RateLimiter>;
}

/**
 * Opens what a process stands on: logger, database (embedded when DATABASE_URL is absent), migrations, files, metrics,
 * health. Everything opened is closed by `shutdown`.
 */
export async function openPlatform(config: Config, app: string): Promise<OpenedPlatform> {
  const logger = createLogger({ level: config.logLevel, app });
  const shutdown = new Shutdown(logger);
  let databaseUrl = config.database.url;
  if (!databaseUrl) {
    const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log: (message) => logger.info(message) });
    shutdown.add('embedded PostgreSQL', () => server.stop());
    databaseUrl = server.url;
  }
  try {
    const pool = createPool({ url: databaseUrl, app: `wewall-${app}`, logger, max: config.database.poolSize });
    shutdown.add('database pool', () => pool.end());
    await migrate(pool);
    const health = new HealthRegistry();
    health.register({
      name: 'database',
      check: async () => {
        await pool.query('select 1');
      },
    });
    const files = openFiles(config, health, shutdown);
    const links = new FileLinks(
      config.http.publicUrl,
      config.files.secret ?? keptSecret(config.dataDir, 'files'),
      undefined,
      config.files.secretPrevious,
    );
    const metrics = new Metrics();
    let limiter: Promise<RateLimiter> | undefined;
    return {
      config,
      logger,
      shutdown,
      databaseUrl,
      pool,
      health,
      files,
      links,
      tracing: await openTracing(config.tracing, app, shutdown),
      metrics,
      openRateLimiter() {
        limiter ??= openRateLimiter({ logger, metrics, shutdown, redisUrl: config.queues.redisUrl });
        return limiter;
      },
      clock: new SystemClock(),
    };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

/** The bucket when one is configured, else the folder. A store that is away makes the process degraded, not unready. */
function openFiles(config: Config, health: HealthRegistry, shutdown: Shutdown): FileStore {
  if (!config.files.s3) return new FolderFileStore(path.join(config.dataDir, 'files'));
  const store = new S3FileStore(config.files.s3);
  health.register({ name: 'files', optional: true, check: () => store.check() });
  shutdown.add('file store', () => store.close());
  return store;
}
