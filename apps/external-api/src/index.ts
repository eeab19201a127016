export { ExternalApiModule, type ExternalApiParts } from './external-api.module.js';
export { setupOpenApi } from './http/openapi.js';
export { ApiKeys } from './keys/api-keys.js';
export { openExternalApi } from './open-external-api.js';
export { QueuedJobs } from './services/queued-jobs.js';
export type { JobStatus, ServiceFormat, ServiceJobs, ServiceName, ServiceRequest } from './services/service-jobs.js';
