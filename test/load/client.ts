import { Agent, request } from 'node:http';
import type { Line } from '../topology/partner.js';

export interface Answer {
  status: number;
  replies: Line[] | undefined;
}

/** REST client of the load: bare node:http with kept connections, because the generator shares the machine with what it measures. */
export class LoadClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1_000, keepAliveMsecs: 10_000 });

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** Sends a message and waits up to 30 s for the replies. */
  send(chatId: string, id: string, text: string): Promise<Answer> {
    return this.post(`/api/v1/chats/${chatId}/messages?wait=30000`, JSON.stringify({ id, text }));
  }

  close(): void {
    this.agent.destroy();
  }

  private post(path: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.url + path,
        {
          method: 'POST',
          agent: this.agent,
          timeout: 45_000,
          headers: {
            authorization: `Bearer ${this.key}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const parsed = text.startsWith('{') ? (JSON.parse(text) as { replies?: Line[] }) : {};
            resolve({ status: response.statusCode ?? 0, replies: parsed.replies });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 45 s')));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
