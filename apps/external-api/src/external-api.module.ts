import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type pg from 'pg';
import type { ChatStore } from '#libs/chats';
import {
  FILE_STORE,
  FileLinks,
  type FileStore,
  GuardedFetch,
  type Logger,
  type Metrics,
  RateLimiter,
} from '#libs/platform';
import { ChatChangesController } from './chats/chat-changes.controller.js';
import { ChatsController } from './chats/chats.controller.js';
import { Conversations } from './chats/conversations.js';
import { IdempotentRequestRepository } from './idempotency/idempotent-request.repository.js';
import { ImagesController } from './images/images.controller.js';
import { ApiKeyRepository } from './keys/api-key.repository.js';
import { ApiKeys } from './keys/api-keys.js';
import { Retention } from './retention.js';
import { SERVICE_JOBS, type ServiceJobs } from './services/service-jobs.js';
import { ServicesController } from './services/services.controller.js';
import { UnavailableJobs } from './services/unavailable-jobs.js';
import { RemoteFiles } from './uploads/remote-files.js';
import { UploadRepository } from './uploads/upload.repository.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { Uploads } from './uploads/uploads.js';
import { PageController } from './web/page.controller.js';
import { VisitorCookie } from './web/visitor-cookie.js';
import { WebChatController } from './web/web-chat.controller.js';
import { DeliveryRepository } from './webhooks/delivery.repository.js';
import { EventBodies } from './webhooks/event-body.js';
import { WebhookRepository } from './webhooks/webhook.repository.js';
import { WebhookSender, type WebhookSettings } from './webhooks/webhook-sender.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { Webhooks } from './webhooks/webhooks.js';

/** What the process that composes the API has opened. */
export interface ExternalApiParts {
  chats: ChatStore;
  pool: pg.Pool;
  files: FileStore;
  links: FileLinks;
  logger: Logger;
  /** Signs the cookies of the web chat's visitors; the same in every process. */
  visitorSecret: string;
  /** In production the key `dev` never works. */
  production: boolean;
  metrics?: Metrics;
  /** The former secret of visitors, while it is being changed. */
  visitorSecretPrevious?: string | undefined;
  /** Fetches what callers point to; the default reaches public addresses only. */
  guarded?: GuardedFetch;
  /** Shared by all processes when Redis is there; without it this process counts alone. */
  limiter?: RateLimiter;
  /** How webhooks are delivered; without it they are noted and left to other processes. */
  webhooks?: WebhookSettings;
  /** Without it the services answer 503. */
  jobs?: ServiceJobs;
}

const DEFAULT_WEBHOOKS: WebhookSettings = { timeoutMs: 10_000, retryMs: 5_000, disableHours: 72 };
const PARTS = Symbol('ExternalApiParts');

/** REST for partners, the web chat and its page. Routes of the process must be hardened with `hardenHttp`. */
@Module({})
export class ExternalApiModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly keys: ApiKeys,
    private readonly conversations: Conversations,
    private readonly sender: WebhookSender,
    private readonly retention: Retention,
    @Inject(PARTS) private readonly parts: ExternalApiParts,
  ) {}

  static register(parts: ExternalApiParts): DynamicModule {
    const guarded = parts.guarded ?? new GuardedFetch();
    const requests = new IdempotentRequestRepository(parts.pool);
    const deliveries = new DeliveryRepository(parts.pool);
    const sender = new WebhookSender(
      deliveries,
      new EventBodies(parts.chats, parts.links),
      guarded,
      parts.webhooks ?? DEFAULT_WEBHOOKS,
      parts.logger,
      parts.metrics,
    );
    const uploads = new Uploads(new UploadRepository(parts.pool), parts.files, new RemoteFiles(guarded));
    return {
      module: ExternalApiModule,
      controllers: [
        ChatsController,
        ChatChangesController,
        UploadsController,
        ServicesController,
        ImagesController,
        WebhooksController,
        WebChatController,
        PageController,
      ],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: FILE_STORE, useValue: parts.files },
        { provide: FileLinks, useValue: parts.links },
        { provide: SERVICE_JOBS, useValue: parts.jobs ?? new UnavailableJobs() },
        {
          provide: RateLimiter,
          useValue: parts.limiter ?? new RateLimiter(parts.metrics ? { metrics: parts.metrics } : {}),
        },
        {
          provide: ApiKeys,
          useValue: new ApiKeys(new ApiKeyRepository(parts.pool), { production: parts.production }),
        },
        { provide: IdempotentRequestRepository, useValue: requests },
        { provide: WebhookSender, useValue: sender },
        { provide: Retention, useValue: new Retention(requests, deliveries, parts.logger) },
        { provide: Webhooks, useValue: new Webhooks(new WebhookRepository(parts.pool), deliveries, guarded) },
        { provide: VisitorCookie, useValue: new VisitorCookie(parts.visitorSecret, parts.visitorSecretPrevious) },
        { provide: Uploads, useValue: uploads },
        { provide: Conversations, useValue: new Conversations(parts.chats, uploads, parts.links, parts.logger) },
      ],
      exports: [ApiKeys],
    };
  }

  async onModuleInit(): Promise<void> {
    if (await this.keys.isDevKeyOpen()) {
      this.parts.logger.warn('the API key "dev" works: no key was issued and this is not production (npm run keys)');
    }
  }

  onApplicationBootstrap(): void {
    if (this.parts.webhooks) this.sender.start();
    this.retention.start();
  }

  /** Open streams would keep the HTTP server from closing. */
  async onApplicationShutdown(): Promise<void> {
    this.conversations.closeStreams();
    this.retention.stop();
    await this.sender.stop();
  }
}
