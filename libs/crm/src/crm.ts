import type pg from 'pg';
import { WorkHours } from '#libs/platform';
import { ChatsApi } from './chats-api/client.js';
import type { AmojoId } from './chats-api/types.js';
import { CrmAccountStore } from './mirror/account.js';
import { ChatLog } from './mirror/chat-log.js';
import { ClientRegistration } from './mirror/client-registration.js';
import { CrmChats } from './mirror/crm-chats.js';
import { CrmMessages } from './mirror/crm-messages.js';
import { CrmSender } from './mirror/crm-sender.js';
import { DaySummary } from './mirror/day-summary.js';
import { LeadEffects } from './mirror/lead-effects.js';
import { MessageChanges } from './mirror/message-changes.js';
import type { SignFile } from './mirror/message-parts.js';
import { MirrorLag } from './mirror/mirror-lag.js';
import type { RetryPauses } from './mirror/send-failure.js';
import { SharedBreaker } from './rest-api/breaker.js';
import { RestTransport } from './rest-api/client.js';
import { SharedLimiter } from './rest-api/limiter.js';
import { RestApi } from './rest-api/rest-api.js';
import { LongLivedToken, OAuthTokens, type TokenSource } from './rest-api/tokens.js';

/** How the account is reached. */
export interface CrmSettings {
  /** `https://{subdomain}.amocrm.ru` */
  baseUrl: string;
  /** `https://amojo.amocrm.ru` */
  chatsBaseUrl: string;
  channelId: string;
  channelSecret: string;
  channelBotId: string;
  auth: { token: string } | { clientId: string; clientSecret: string; redirectUri: string };
}

export interface CrmOptions {
  /** Limit of one request, ms. */
  timeoutMs?: number;
  pauses?: Partial<RetryPauses>;
  /** Requests a second; theirs is the default. An account of our own (the demo) may take more. */
  perSecond?: number;
  /** Longest attempt of the mirror, ms; less than half the send lease of the outbox. */
  attemptMs?: number;
  sign: SignFile;
  /** When managers work: deadlines of their tasks. Default every day 10:00–20:00 Moscow. */
  hours?: WorkHours;
  /** Something an operator has to mend; ids and codes only. */
  onAlarm?: (problem: string) => void;
  now?: () => Date;
}

/** The CRM of one account, wired over one database; nothing runs by itself. */
export interface Crm {
  settings: CrmSettings;
  rest: RestApi;
  chatsApi: ChatsApi;
  accounts: CrmAccountStore;
  crmChats: CrmChats;
  messages: CrmMessages;
  effects: LeadEffects;
  breaker: SharedBreaker;
  sender: CrmSender;
  summary: DaySummary;
  lag: MirrorLag;
  oauth: OAuthTokens | null;
}

const TIMEOUT_MS = 10_000;

/** Both systems share one limit of requests over all processes: theirs is counted per integration. */
export function createCrm(pool: pg.Pool, settings: CrmSettings, options: CrmOptions): Crm {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const now = options.now ?? (() => new Date());
  const limiter = new SharedLimiter(pool, settings.baseUrl, options.perSecond);
  const breaker = new SharedBreaker(pool, settings.baseUrl, (reason) =>
    options.onAlarm?.(`amoCRM blocked us: ${reason}`),
  );
  const oauth =
    'token' in settings.auth ? null : new OAuthTokens(pool, { ...settings.auth, baseUrl: settings.baseUrl, timeoutMs });
  const tokens: TokenSource = oauth ?? new LongLivedToken('token' in settings.auth ? settings.auth.token : '');
  const rest = new RestApi(new RestTransport({ baseUrl: settings.baseUrl, timeoutMs }, tokens, limiter, breaker));
  const chatsApi = new ChatsApi(
    {
      baseUrl: settings.chatsBaseUrl,
      channelId: settings.channelId,
      channelSecret: settings.channelSecret,
      timeoutMs,
    },
    { now, limited: (work) => limiter.run(work) },
  );
  const accounts = new CrmAccountStore(pool);
  const crmChats = new CrmChats(pool);
  const messages = new CrmMessages(pool);
  const registration = new ClientRegistration(rest, chatsApi, crmChats);
  const effects = new LeadEffects(rest, registration, options.hours ?? new WorkHours({ opens: 10, closes: 20 }), now);
  const sender = new CrmSender({
    accounts,
    chatsApi,
    crmChats,
    messages,
    log: new ChatLog(pool),
    registration,
    effects,
    changes: new MessageChanges(chatsApi, messages, options.sign, now),
    botId: settings.channelBotId as AmojoId,
    sign: options.sign,
    ...(options.onAlarm ? { onOperatorsTask: options.onAlarm } : {}),
    ...(options.pauses ? { pauses: options.pauses } : {}),
    ...(options.attemptMs ? { attemptMs: options.attemptMs } : {}),
  });
  const summary = new DaySummary(pool, accounts, effects, settings.baseUrl);
  return {
    settings,
    rest,
    chatsApi,
    accounts,
    crmChats,
    messages,
    effects,
    breaker,
    sender,
    summary,
    lag: new MirrorLag(pool),
    oauth,
  };
}
