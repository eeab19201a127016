import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Api } from 'grammy';
import type pg from 'pg';
import type { ChatPresence, ChatStore, OutboxSender } from '#libs/chats';
import type { FileStore, Logger } from '#libs/platform';
import { DeliveryRepository } from './sending/delivery.repository.js';
import { TelegramSender } from './sending/telegram-sender.js';
import { TypingActions } from './sending/typing-actions.js';
import { createTelegramApi } from './telegram-api.js';
import { connectTelegram } from './telegram-connection.js';
import { TelegramFiles } from './updates/telegram-files.js';
import { UpdateRepository } from './updates/update.repository.js';
import { UpdateIntake } from './updates/update-intake.js';
import { UpdatePoller } from './updates/update-poller.js';
import { WEBHOOK_SECRETS, WebhookController } from './updates/webhook.controller.js';

/** How the bot is connected; the shape of `config.telegram`. */
export interface TelegramSettings {
  token: string;
  apiRoot: string;
  mode: 'polling' | 'webhook';
  webhookUrl?: string;
  webhookSecret?: string;
  /** The former secret: Telegram repeats updates it had begun to send under it. */
  webhookSecretPrevious?: string;
}

/** What the process that composes the bot has opened. */
export interface TelegramBotParts {
  telegram: TelegramSettings;
  pool: pg.Pool;
  chats: ChatStore;
  presence: ChatPresence;
  /** The sender of target `telegram` is registered here; the process starts and stops the outbox itself. */
  outbox: OutboxSender;
  files: FileStore;
  logger: Logger;
}

const PARTS = Symbol('TelegramBotParts');
const API = Symbol('TelegramApi');

/** The Telegram channel: updates into chats, outbox to Telegram. Import it only when a token is configured. */
@Module({})
export class TelegramBotModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: UpdatePoller | undefined;

  constructor(
    private readonly intake: UpdateIntake,
    private readonly typing: TypingActions,
    updates: UpdateRepository,
    @Inject(API) private readonly api: Api,
    @Inject(PARTS) private readonly parts: TelegramBotParts,
  ) {
    if (parts.telegram.mode === 'polling') {
      this.poller = new UpdatePoller(api, updates, () => intake.wake(), parts.logger);
    }
  }

  static register(parts: TelegramBotParts): DynamicModule {
    const { telegram, pool, chats, presence, outbox, files, logger } = parts;
    const api = createTelegramApi(telegram);
    const updates = new UpdateRepository(pool, Number(telegram.token.split(':')[0]) || 0);
    const deliveries = new DeliveryRepository(pool);
    const typing = new TypingActions(api, presence, logger);
    outbox.register(new TelegramSender(api, deliveries, files, logger));
    return {
      module: TelegramBotModule,
      controllers: [WebhookController],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: API, useValue: api },
        { provide: UpdateRepository, useValue: updates },
        { provide: TypingActions, useValue: typing },
        {
          provide: UpdateIntake,
          useValue: new UpdateIntake(
            { updates, chats, deliveries, files: new TelegramFiles(api, files, telegram), typing },
            api,
            logger,
          ),
        },
        {
          provide: WEBHOOK_SECRETS,
          useValue: telegram.mode === 'webhook' ? [telegram.webhookSecret, telegram.webhookSecretPrevious] : [],
        },
      ],
    };
  }

  /** Throws TelegramSetupError when an operator has to mend the configuration. */
  async onApplicationBootstrap(): Promise<void> {
    await connectTelegram(this.api, this.parts.telegram, this.parts.logger);
    this.intake.start();
    this.typing.start();
    this.poller?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller?.stop();
    await this.intake.stop();
    await this.typing.stop();
  }
}
