import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type pg from 'pg';
import type { ChatStore, OutboxSender } from '#libs/chats';
import {
  type Crm,
  CrmInbox,
  DeliveryReports,
  HookGate,
  type InboxEntry,
  ManagerMessages,
  Reconciliation,
  readChatHook,
  TalkHints,
} from '#libs/crm';
import type { FileStore, Logger, Metrics } from '#libs/platform';
import { HooksController } from './hooks/hooks.controller.js';
import { InboxWorker } from './inbox-worker.js';
import { DownloadedManagerFiles } from './manager-files.js';
import { openParityMetrics } from './parity-metrics.js';

/** What a manager writes in amoCRM to give the chat back to the bot. */
const RESUME_PHRASES = ['бот, продолжай', 'бот продолжай', '/бот'];

/** What the process that composes the connector has opened. */
export interface ChatConnectorParts {
  crm: Crm;
  pool: pg.Pool;
  chats: ChatStore;
  /** The sender of target `crm` is registered here; the process starts and stops the outbox itself. */
  outbox: OutboxSender;
  files: FileStore;
  metrics: Metrics;
  logger: Logger;
  /** Token in the address of CRM hooks; absent: they are refused. */
  hookToken?: string | undefined;
  /** Former secrets that are still accepted while they are being changed. */
  previous?: { channelSecret?: string | undefined; hookToken?: string | undefined };
  resumePhrases?: readonly string[];
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
    const { crm, pool, chats, outbox, logger } = parts;
    outbox.register(crm.sender);
    const inbox = new CrmInbox(pool);
    const managers = new ManagerMessages({
      chats,
      chatsApi: crm.chatsApi,
      rest: crm.rest,
      accounts: crm.accounts,
      crmChats: crm.crmChats,
      messages: crm.messages,
      files: new DownloadedManagerFiles(parts.files, [crm.settings.baseUrl, crm.settings.chatsBaseUrl]),
      botId: crm.settings.channelBotId,
      resumePhrases: parts.resumePhrases ?? RESUME_PHRASES,
    });
    const talks = new TalkHints(crm.rest, crm.crmChats, chats);
    const reconciliation = new Reconciliation(pool, crm.chatsApi, crm.accounts, crm.crmChats, managers);
    const countParity = openParityMetrics(parts.metrics, inbox);
    const handle = async (entry: InboxEntry): Promise<void> => {
      const body = entry.body as { talkId?: number; chatId?: string; text?: string };
      switch (entry.kind) {
        case 'chat-hook': {
          const hook = readChatHook(entry.body);
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
        case 'reminder': {
          const chat = await crm.crmChats.find({ chatId: String(body.chatId) });
          if (chat?.leadId) await crm.effects.task(chat.leadId, String(body.text));
          return;
        }
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
            handle,
            logger,
          ),
        },
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
