export { CascadeUnderstander, rulesAbstain } from './cascade.js';
export { type EmbedderSettings, OpenAiEmbedder } from './embedder.js';
export type { ModelTrouble } from './endpoint-state.js';
export {
  LlmGateway,
  type LlmGatewayOptions,
  type StreamRequest,
  type StructuredRequest,
} from './gateway.js';
export { looksLikeInjection } from './injection.js';
export type { LlmCallRecord, LlmFailure, LlmOutcome, LlmUsage } from './outcome.js';
export { isPlainSpeech } from './plain-speech.js';
export type { LlmSettings } from './settings.js';
export { MemorySpendLedger, moscowDay, PostgresSpendLedger, type SpendLedger } from './spend.js';
export { TimeLimit } from './time-limit.js';
