import type { AcceptedMessage, TelegramSimulator } from '#libs/testing';
import type { Act } from './scripts.js';

/** Longest wait for the replies to one message, ms: covers a lost lease, a boot and a busy machine. */
const PATIENCE_MS = 45_000;

/** One conversation from the client's side: does the next act only when it has seen the replies to the last one. */
export interface ScriptedClient {
  /** Does it, `twice` as a provider that delivers again; resolves when `replies` messages have come, or patience ends. */
  act(act: Act, replies: number | undefined, twice: boolean): Promise<void>;
  /** Everything the bot has said, in the order in which it came. */
  heard(): Promise<string[]>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A person at the Telegram simulator. */
export class TelegramScriptedClient implements ScriptedClient {
  private readonly person;
  private due = 0;

  constructor(
    private readonly simulator: TelegramSimulator,
    readonly chatId: number,
  ) {
    this.person = simulator.client(chatId);
  }

  async act(act: Act, replies: number | undefined, twice: boolean): Promise<void> {
    const before = this.messages().length;
    const update = 'text' in act ? this.person.says(act.text) : this.person.presses(act.button);
    if (twice) this.simulator.redeliver(this.chatId, update);
    this.due = replies === undefined ? before + 1 : this.due + replies;
    const deadline = Date.now() + PATIENCE_MS;
    while (this.messages().length < this.due && Date.now() < deadline) await pause(40);
    // Not known how many will come: they are there when nothing comes for a while.
    if (replies === undefined) await pause(1_500);
    this.due = Math.max(this.due, replies === undefined ? this.messages().length : 0);
  }

  messages(): AcceptedMessage[] {
    return this.simulator.api.accepted.filter(({ chatId }) => chatId === this.chatId);
  }

  async heard(): Promise<string[]> {
    return this.messages().map(({ text, keyboard }) => `${text} ${JSON.stringify(keyboard)}`);
  }
}

interface ApiMessage {
  seq: number;
  author: string;
  inReplyTo?: string;
  [field: string]: unknown;
}

/** A partner's client at REST. */
export class RestScriptedClient implements ScriptedClient {
  private sent = 0;

  constructor(
    private readonly api: string,
    readonly chatId: string,
  ) {}

  async act(act: Act, _replies: number | undefined, twice: boolean): Promise<void> {
    const body = JSON.stringify({ id: `m${this.sent}`, ...act });
    this.sent += 1;
    const deadline = Date.now() + PATIENCE_MS;
    let again = twice;
    while (Date.now() < deadline) {
      // Not answered within the wait: the same message once more, which is no second message.
      const response = await this.call(`/messages?wait=15000`, { method: 'POST', body });
      if (response.status !== 200 && response.status !== 202) {
        throw new Error(`the API answered ${response.status}: ${await response.text()}`);
      }
      await response.arrayBuffer();
      if (response.status === 202) continue;
      if (!again) return;
      again = false;
    }
  }

  /** The whole transcript. */
  async transcript(): Promise<ApiMessage[]> {
    return (await (await this.call('/messages?limit=500')).json()) as ApiMessage[];
  }

  /** Each with the id of the message it answers and its place among those answers. */
  async heard(): Promise<string[]> {
    const bot = (await this.transcript()).filter(({ author }) => author === 'bot');
    return bot.map(({ seq: _seq, at: _at, ...said }) => JSON.stringify(said));
  }

  private call(route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.api}/api/v1/chats/${this.chatId}${route}`, {
      ...init,
      headers: { authorization: 'Bearer dev', 'content-type': 'application/json' },
    });
  }
}
