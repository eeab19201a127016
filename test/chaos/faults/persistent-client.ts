import { setTimeout as sleep } from 'node:timers/promises';

/** One message of the transcript as the API shows it. */
export interface Line {
  seq: number;
  author: 'client' | 'bot' | 'manager';
  text: string;
  buttons?: unknown;
  cards?: unknown;
  attachments?: { name: string }[];
}

export interface Answered {
  /** When it was first sent and when its replies were there, ms of `performance.now()`. */
  from: number;
  to: number;
  /** Attempts that were refused with 5xx or 429, or broke without an answer. */
  refused: number;
  /** Statuses of refusals, for the message of a failed test. */
  statuses: number[];
}

const WAIT_MS = 10_000;
const PATIENCE_MS = 60_000;
const PAGE = 200;

/** A partner's server that repeats a message under its id until it is told that turn and jobs are done. */
export class PersistentClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** Throws when a minute passes without an answer, or the API says that the message itself is wrong. */
  async say(chatId: string, id: string, text: string): Promise<Answered> {
    const answered: Answered = { from: performance.now(), to: 0, refused: 0, statuses: [] };
    while (performance.now() - answered.from < PATIENCE_MS) {
      const status = await this.post(chatId, id, text);
      if (status === 200) {
        answered.to = performance.now();
        return answered;
      }
      // Taken, not answered within the wait: the same message once more is no second message.
      if (status === 202) continue;
      if (status >= 400 && status < 500 && status !== 429) throw new Error(`${chatId} ${id} was answered ${status}`);
      answered.refused += 1;
      answered.statuses.push(status);
      await sleep(Math.min(1_000, 50 * 2 ** answered.refused));
    }
    throw new Error(`${chatId} ${id} had no answer in ${PATIENCE_MS} ms: ${answered.statuses.join(' ')}`);
  }

  /** Every line of the chat. */
  async transcript(chatId: string): Promise<Line[]> {
    const lines: Line[] = [];
    for (;;) {
      const after = lines.at(-1)?.seq ?? 0;
      const response = await this.call(`/api/v1/chats/${chatId}/messages?after=${after}&limit=${PAGE}`);
      if (!response.ok) throw new Error(`the transcript of ${chatId} was answered ${response.status}`);
      const page = (await response.json()) as Line[];
      lines.push(...page);
      if (page.length < PAGE) return lines;
    }
  }

  /** Any other request with the key of this partner. */
  call(route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + route, {
      signal: AbortSignal.timeout(WAIT_MS + 5_000),
      ...init,
      headers: { authorization: `Bearer ${this.key}`, ...init.headers },
    });
  }

  /** Status of one attempt; 0 when the connection broke without an answer. */
  private async post(chatId: string, id: string, text: string): Promise<number> {
    try {
      const response = await this.call(`/api/v1/chats/${chatId}/messages?wait=${WAIT_MS}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, text }),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }
}
