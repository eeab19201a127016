export { Clock, ManualClock, SystemClock } from './clock.js';
export { CONFIG, type Config, ConfigError, describeConfig, loadConfig } from './config/config.js';
export { DATA_FOLDER } from './data-folder.js';
// Database.
export { createPool, isServerAway, withTransaction } from './database.js';
export { derivedId } from './derived-id.js';
export { DataDirectoryInUseError } from './embedded-postgres/data-directory-lock.js';
export { type EmbeddedPostgresServer, startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
// Files.
export { FileLinks, keptSecret } from './files/file-links.js';
export { FILE_LIMIT, type FileStore, FileTooLargeError, type StoredFile } from './files/file-store.js';
export { FILE_STORE } from './files/files.tokens.js';
export { FolderFileStore } from './files/folder-file-store.js';
export {
  FileStoreRefusedError,
  FileStoreUnavailableError,
  S3FileStore,
  type S3Settings,
} from './files/s3-file-store.js';
export { safeName } from './files/safe-name.js';
// HTTP edge.
export {
  AddressNotAllowedError,
  FetchFailedError,
  GuardedFetch,
  type GuardedFetchOptions,
  type GuardedRequest,
  type GuardedResponse,
  type Resolve,
  type ResolvedAddress,
} from './http/guarded-fetch.js';
export { type HttpEdgeOptions, hardenHttp } from './http/harden.js';
export { type Capabilities, type HealthIndicator, HealthRegistry } from './http/health.js';
export { ProblemFilter, problemOf } from './http/problem.filter.js';
export { Problem, type ProblemBody } from './http/problem.js';
export { Undocumented } from './http/undocumented.js';
export { createValidationPipe } from './http/validation.js';
export { createLogger, type Logger, NestLogger } from './logging.js';
export { Metrics, type MetricsCollector } from './metrics.js';
export { type Migration, migrate, readMigrations } from './migrations.js';
export { mulberry32 } from './mulberry32.js';
export { type OpenedPlatform, openPlatform } from './open-platform.js';
export { LOGGER, PlatformModule, type PlatformParts, POOL } from './platform.module.js';
// Rate limits.
export {
  type Allowance,
  callerOfAddress,
  perDay,
  perMinute,
  type Rate,
  rateLimitHeaders,
} from './rate-limits/allowance.js';
export { RateLimiter } from './rate-limits/rate-limiter.js';
export { RedisBuckets } from './rate-limits/redis-buckets.js';
export { redact, redactText } from './redaction.js';
export { grantRuntimeRole, openRuntimeAddress } from './runtime-role.js';
export { isOneOfSecrets } from './secret-comparison.js';
export { Shutdown } from './shutdown.js';
export { openTracing } from './tracing/open-tracing.js';
export { noTracing, type OpenSpan, type SpanAttributes, type SpanOptions, type Tracing } from './tracing/tracing.js';
export { WorkHours } from './work-hours.js';
