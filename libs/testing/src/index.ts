export { MANAGERS, STATUSES } from './amocrm/account-state.js';
export { ManagerDesk } from './amocrm/manager-desk.js';
export { AmoCrmSimulator, type AmoCrmSimulatorOptions } from './amocrm/simulator.js';
export { createTestDatabase, type TestDatabase } from './database.js';
export { hasMongo, type MongoServer, startMongoServer } from './mongo-server.js';
export type { ChatRequest, EmbeddingsRequest } from './openai/requests.js';
export { type OpenAiFault, OpenAiSimulator, type OpenAiSimulatorOptions } from './openai/simulator.js';
export { S3Simulator } from './s3-simulator.js';
export * from './telegram/index.js';
