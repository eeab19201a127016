// Clients of amoCRM.
export { ChatsApi, type ChatsApiSettings } from './chats-api/client.js';
export { verifyHookSignature } from './chats-api/signature.js';
export type { AmojoId, HistoryItem, NewMessage, OurId } from './chats-api/types.js';
export { type Crm, type CrmOptions, type CrmSettings, createCrm } from './crm.js';
// What comes from amoCRM.
export {
  type ChatHook,
  type OutgoingMessage,
  type ReactionHook,
  readChatHook,
  type TypingHook,
} from './intake/chat-hook.js';
export { CrmInbox, type InboxEntry, type InboxKind } from './intake/crm-inbox.js';
export { DeliveryReports } from './intake/delivery-reports.js';
export { type Admission, HookGate } from './intake/hook-gate.js';
export {
  ManagerFileError,
  type ManagerFiles,
  ManagerMessages,
  type MessageOutcome,
  NotYetError,
} from './intake/manager-messages.js';
export { ManagerReactions } from './intake/manager-reactions.js';
export { type Parity, Reconciliation } from './intake/reconciliation.js';
export { TalkHints } from './intake/talk-hints.js';
export { TypingRelay } from './intake/typing.js';
// The mirror.
export { type CrmAccount, CrmAccountStore, type CrmUser } from './mirror/account.js';
export { CRM_HOOK_EVENTS, setUpAccount } from './mirror/account-setup.js';
export { ChatLog } from './mirror/chat-log.js';
export type { CrmChats } from './mirror/crm-chats.js';
export type { CrmMessages } from './mirror/crm-messages.js';
export { CrmSender } from './mirror/crm-sender.js';
export { type DayFigures, DaySummary, summaryText } from './mirror/day-summary.js';
export { LEAD_FIELDS } from './mirror/lead-fields.js';
export { MirrorLag } from './mirror/mirror-lag.js';
export { STAGES } from './mirror/stages.js';
export { CrmNoAnswerError, CrmRefusedError } from './outcome.js';
export { normalizePhone, samePhone } from './phone.js';
export { SharedBreaker } from './rest-api/breaker.js';
export { RestTransport } from './rest-api/client.js';
export { SharedLimiter } from './rest-api/limiter.js';
export { RestApi } from './rest-api/rest-api.js';
export { LongLivedToken, OAuthTokens } from './rest-api/tokens.js';
