import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type pg from 'pg';
import type { ChatPresence, ChatStore, OutboxSender } from '#libs/chats';
import {
  ChatLog,
  type Crm,
  CrmInbox,
  DeliveryReports,
  HookGate,
  type InboxEntry,
  ManagerMessages,
  ManagerReactions,
  Reconciliation,
  readChatHook,
  TalkHints,
  TypingRelay,
} from '#libs/crm';
import type { FileStore, Logger, Metrics } from '#libs/platform';
import { openConnectorMetrics } from './connector-metrics.js';
import { HooksController } from './hooks/hooks.controller.js';
import { InboxWorker } from './inbox-worker.js';
import { DownloadedManagerFiles } from './manager-files.js';

/** What the process that composes the connector has opened. */
export interface ChatConnectorParts {
  crm: Crm;
  pool: pg.Pool;
  chats: ChatStore;
  presence: ChatPresence;
  /** The sender of target `crm` is registered here; the process starts and stops the outbox itself. */
  outbox: OutboxSender;
  files: FileStore;
  metrics: Metrics;
  logger: Logger;
  /** Token in the address of CRM hooks; absent: they are refused. */
  hookToken?: string | undefined;
  /** Former secrets that are still accepted while they are being changed. */
  previous?: { channelSecret?: string | undefined; hookToken?: string | undefined };
  /** What managers write to the bot instead of a client, and where their files may come from. */
  habits: ManagerHabits;
}

/** The shape of `config.amocrm`. */
export interface ManagerHabits {
  resumePhrases: readonly string[];
  stopPhrases: readonly string[];
  mediaDomains: readonly string[];
}

const LOGGER = Symbol('ChatConnectorLogger');

/** amoCRM: hooks into chats, chats to amoCRM. Import it only when amoCRM is configured. */
@Module({})
export class ChatConnectorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly worker: InboxWorker,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  static register(parts: ChatConnectorParts): DynamicModule {
    const { crm, pool, chats, presence, outbox, habits, logger } = parts;
    outbox.register(crm.sender);
    const inbox = new CrmInbox(pool);
    const managers = new ManagerMessages({
      chats,
      chatsApi: crm.chatsApi,
      rest: crm.rest,
      accounts: crm.accounts,
      crmChats: crm.crmChats,
      messages: crm.messages,
      files: new DownloadedManagerFiles(
        parts.files,
        [crm.settings.baseUrl, crm.settings.chatsBaseUrl],
        habits.mediaDomains,
      ),
      botId: crm.settings.channelBotId,
      resumePhrases: habits.resumePhrases,
      stopPhrases: habits.stopPhrases,
    });
    const reactions = new ManagerReactions(chats, crm.accounts, crm.crmChats, crm.messages);
    const talks = new TalkHints(crm.rest, crm.crmChats, chats, presence, new ChatLog(pool));
    const reconciliation = new Reconciliation(pool, crm.chatsApi, crm.accounts, crm.crmChats, crm.messages, managers);
    const typing = new TypingRelay(presence, crm.chatsApi, crm.accounts, crm.crmChats);
    const countParity = openConnectorMetrics(parts.metrics, inbox, crm.lag);
    const handle = async (entry: InboxEntry): Promise<void> => {
      const body = entry.body as { talkId?: number; chatId?: string; from?: string; until?: string };
      switch (entry.kind) {
        case 'chat-hook': {
          const hook = readChatHook(entry.body);
          if (hook?.kind === 'reaction') await reactions.handle(hook);
          if (hook?.kind !== 'message') return;
          const outcome = await managers.handle(hook);
          logger.debug({ entryId: entry.id, outcome }, 'a message from amoCRM was handled');
          return;
        }
        case 'crm-hook':
          await talks.look(Number(body.talkId));
          return;
        case 'reconcile': {
          const parity = await reconciliation.reconcile(String(body.chatId));
          countParity(parity);
          if (Object.values(parity).some((count) => count > 0)) {
            logger.warn({ chatId: body.chatId, ...parity }, 'differences to amoCRM were found and mended');
          }
          return;
        }
        case 'summary':
          await crm.summary.tell(new Date(String(body.from)), new Date(String(body.until)));
          return;
      }
    };
    return {
      module: ChatConnectorModule,
      controllers: [HooksController],
      providers: [
        { provide: LOGGER, useValue: logger },
        {
          provide: HookGate,
          useValue: new HookGate(inbox, crm.accounts, {
            channelSecret: crm.settings.channelSecret,
            channelSecretPrevious: parts.previous?.channelSecret,
            hookTokenPrevious: parts.previous?.hookToken,
            hookToken: parts.hookToken,
          }),
        },
        {
          provide: InboxWorker,
          useValue: new InboxWorker(
            inbox,
            new DeliveryReports(crm.messages, crm.chatsApi, crm.accounts),
            typing,
            handle,
            logger,
          ),
        },
        { provide: TypingRelay, useValue: typing },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.logger.info('the amoCRM connector listens');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }
}
