export { MANAGERS, STATUSES } from './amocrm/account-state.js';
export { AmoCrmSimulator, type AmoCrmSimulatorOptions } from './amocrm/simulator.js';
export { createTestDatabase, type TestDatabase } from './database.js';
export {
  type ChatRequest,
  type OpenAiFault,
  OpenAiSimulator,
  type OpenAiSimulatorOptions,
} from './openai/simulator.js';
export * from './telegram/index.js';
