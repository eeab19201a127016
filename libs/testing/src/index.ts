export { MANAGERS, STATUSES } from './amocrm/account-state.js';
export { ManagerDesk } from './amocrm/manager-desk.js';
export { AmoCrmSimulator, type AmoCrmSimulatorOptions } from './amocrm/simulator.js';
export { createTestDatabase, type TestDatabase } from './database.js';
export { freePort } from './free-port.js';
export {
  hasMongo,
  installedMongoPrograms,
  type MongoProgram,
  type MongoServer,
  startMongoServer,
} from './mongo-server.js';
export type { ChatRequest, EmbeddingsRequest } from './openai/requests.js';
export { honestModel, NOTHING_UNDERSTOOD, obedientModel } from './openai/simulated-models.js';
export { type OpenAiFault, OpenAiSimulator, type OpenAiSimulatorOptions } from './openai/simulator.js';
export { hasRedis, RedisServer } from './redis-server.js';
export { S3Simulator } from './s3-simulator.js';
export { type ServerCommand, ServerProcess } from './server-process.js';
export * from './telegram/index.js';
