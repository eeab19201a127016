import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { BotApi } from './bot-api.js';
import { ChatPace } from './chat-pace.js';
import { TelegramClient } from './client.js';
import { BotApiRefusal, Parameters } from './parameters.js';
import { type TelegramUpdate, UpdateFeed } from './update-feed.js';

export interface TelegramSimulatorOptions {
  token?: string;
  /** Flood control per chat; none by default. */
  pace?: { perSecond: number; burst: number };
  /** Updates are numbered from here. */
  firstUpdateId?: number;
  /** TCP port; 0 takes a free one. */
  port?: number;
}

/** Faults to come, each used up call by call; only sending methods are hit. */
export interface TelegramFaults {
  /** Accept the message, then break the connection: the sender cannot know the outcome. */
  dropAnswers: number;
  /** Refuse before accepting: `json` answers as the Bot API, otherwise as a proxy in front of it (HTML, 502). */
  failures: { status: number; json: boolean }[];
  /** Answer this much later, ms. */
  delayMs: number;
}

/**
 * A Telegram to test against: an HTTP server that checks what the real Bot API checks, people who write to the bot, and a
 * journal of what the bot has got through. Set `TELEGRAM_API_ROOT` to `apiRoot` and `TELEGRAM_BOT_TOKEN` to `token`.
 */
export class TelegramSimulator {
  readonly feed = new UpdateFeed();
  readonly faults: TelegramFaults = { dropAnswers: 0, failures: [], delayMs: 0 };
  readonly pace: ChatPace;
  readonly api: BotApi;
  /** Calls by method name, refused ones too. */
  readonly calls = new Map<string, number>();
  private updateId: number;

  private constructor(
    private readonly server: Server,
    readonly token: string,
    options: TelegramSimulatorOptions,
  ) {
    this.updateId = options.firstUpdateId ?? 500_000;
    this.pace = new ChatPace(options.pace ?? null);
    this.api = new BotApi(this.feed, this.pace, { id: Number(token.split(':')[0]), username: 'wewall_test_bot' });
  }

  static async start(options: TelegramSimulatorOptions = {}): Promise<TelegramSimulator> {
    const server = createServer();
    const simulator = new TelegramSimulator(
      server,
      options.token ?? '7000001:SimulatedTokenForTests_0123456789ab',
      options,
    );
    server.on('request', (request, response) => void simulator.handle(request, response));
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return simulator;
  }

  /** Base address in place of https://api.telegram.org. */
  get apiRoot(): string {
    const address = this.server.address();
    if (!address || typeof address !== 'object') throw new Error('the simulator is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** A person with a private chat with the bot. */
  client(chatId: number, name?: string): TelegramClient {
    return new TelegramClient(chatId, this.api, this.feed, () => this.updateId++, name);
  }

  /** Delivers an update once more, as Telegram does when it has not seen the answer. */
  redeliver(chatId: number, update: TelegramUpdate): void {
    this.feed.push(chatId, update);
  }

  async stop(): Promise<void> {
    this.feed.stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname);
    if (file) return this.download(file[1], file[2], response);
    const call = /^\/bot([^/]+)\/([A-Za-z]+)$/.exec(url.pathname);
    if (!call?.[1] || !call[2]) return answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
    try {
      if (decodeURIComponent(call[1]) !== this.token) throw new BotApiRefusal(401, 'Unauthorized');
      const method = call[2];
      this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
      const parameters = await Parameters.read(request, url.searchParams);
      const sending = /^send(Message|Photo|Document)$/i.test(method);
      const failure = sending ? this.faults.failures.shift() : undefined;
      if (failure && !failure.json)
        return void response.writeHead(failure.status, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
      if (failure) throw new BotApiRefusal(failure.status, 'Internal Server Error');
      const result = await this.api.call(method, parameters);
      if (sending && this.faults.delayMs > 0) await sleep(this.faults.delayMs);
      if (sending && this.faults.dropAnswers > 0) {
        this.faults.dropAnswers--;
        request.socket.destroy();
        return;
      }
      answer(response, 200, { ok: true, result });
    } catch (error) {
      const refusal = error instanceof BotApiRefusal ? error : new BotApiRefusal(500, 'Internal Server Error');
      answer(response, refusal.code, {
        ok: false,
        error_code: refusal.code,
        description: refusal.message,
        ...(refusal.parameters && { parameters: refusal.parameters }),
      });
    }
  }

  private download(token: string | undefined, path: string | undefined, response: ServerResponse): void {
    const file = [...this.api.files.values()].find((stored) => stored.path === path);
    if (decodeURIComponent(token ?? '') !== this.token || !file) {
      answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length })
      .end(file.bytes);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
