export { type ApiMessage, restConnector, toApiMessage, webConnector } from './api-connector.js';
export { isCallerChatId, MAX_CLIENT_TEXT, normalizeClientText } from './client-text.js';
export type { ChannelCapabilities, ChannelConnector, ChannelLimits } from './connector.js';
export {
  type ConformanceCase,
  type ConnectorHarness,
  connectorConformance,
  type HarnessFactory,
  type ReceivedMessage,
  type SeenMessage,
} from './connector-conformance.js';
export { inspectFile, MAX_CLIENT_FILE, safeFileName } from './file-inspection.js';
export { escapeHtml } from './formatted-text.js';
export { type TelegramInlineKeyboard, type TelegramRequest, telegramConnector } from './telegram-connector.js';
