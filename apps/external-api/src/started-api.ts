import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type pg from 'pg';
import { type Chats, createChats, type MessageContent } from '#libs/chats';
import { createLogger, FileLinks, FolderFileStore, hardenHttp, Metrics } from '#libs/platform';
import { ExternalApiModule, type ExternalApiParts } from './external-api.module.js';
import { setupOpenApi } from './http/openapi.js';

/** The API of a spec: a real server on a free port with a turn runner that answers as told. */
export interface StartedApi {
  app: NestExpressApplication;
  chats: Chats;
  metrics: Metrics;
  base: string;
  close(): Promise<void>;
}

export interface StartApiOptions {
  pool: pg.Pool;
  /** Where files are kept. */
  folder: string;
  /** What the bot says to a text. */
  answer?: (text: string) => MessageContent[];
  parts?: Partial<ExternalApiParts>;
}

/** Starts the API for a spec. */
export async function startApi(options: StartApiOptions): Promise<StartedApi> {
  const { pool, folder, answer = () => [], parts = {} } = options;
  const logger = parts.logger ?? createLogger({ level: 'silent', app: 'test' });
  const metrics = parts.metrics ?? new Metrics({ processMetrics: false });
  const chats = createChats(pool, { quietMs: 20, quietMaxMs: 60, sweepMs: 100 });
  const runner = await chats.createRunner({
    async run({ events }) {
      const replies = events.flatMap((event) => (event.kind === 'client' ? answer(event.text ?? '') : []));
      return {
        effects: replies.map((message) => ({ type: 'reply', message })),
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: 'Ошибка' }),
  });
  const module = ExternalApiModule.register({
    chats: chats.store,
    pool,
    files: new FolderFileStore(folder),
    links: new FileLinks('http://files.test', 'secret'),
    logger,
    metrics,
    visitorSecret: 'visitors',
    production: false,
    ...parts,
  });
  const app = await NestFactory.create<NestExpressApplication>(module, { logger: false, bodyParser: false });
  hardenHttp(app, {
    logger,
    metrics,
    corsOrigins: [],
  });
  setupOpenApi(app);
  await app.listen(0, '127.0.0.1');
  runner.start();
  return {
    app,
    chats,
    metrics,
    base: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    async close() {
      await app.close();
      await runner.stop();
    },
  };
}

export type Call = (path: string, init?: RequestInit) => Promise<Response>;

/** A POST with a JSON body; a string is sent as it is. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Calls of a partner with this key. */
export function partner(api: StartedApi, key = 'dev'): Call {
  return (route, init = {}) =>
    fetch(`${api.base}/api/v1${route}`, {
      ...init,
      headers: { ...(init.headers as object), authorization: `Bearer ${key}` },
    });
}
