import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  key: string;
  chatId: string;
  seq: number;
  text: string;
}

/**
 * A messenger that records what it is told: a repeated key is not recorded again. Every now and then it refuses before
 * recording (503) or cuts the connection after recording, so that the sender cannot know the outcome.
 */
export class RecordingPeer {
  readonly deliveries: Delivery[] = [];
  /** Repetitions of a key the peer ignored. */
  absorbed = 0;
  cut = 0;
  refused = 0;
  /** Stop making trouble. */
  calm = false;
  readonly #keys = new Set<string>();
  readonly #server: Server;
  #requests = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const key = new URL(request.url ?? '/', 'http://peer').searchParams.get('key') ?? '';
      if (request.method === 'GET') {
        response.writeHead(this.#keys.has(key) ? 200 : 404).end(key);
        return;
      }
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        this.#requests += 1;
        if (!this.calm && this.#requests % 19 === 0) {
          this.refused += 1;
          response.writeHead(503).end();
          return;
        }
        if (this.#keys.has(key)) this.absorbed += 1;
        else {
          this.#keys.add(key);
          this.deliveries.push({ key, ...(JSON.parse(text) as Omit<Delivery, 'key'>) });
        }
        if (!this.calm && this.#requests % 23 === 0) {
          this.cut += 1;
          request.socket.destroy();
          return;
        }
        response.writeHead(200).end(key);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
