import { setTimeout as sleep } from 'node:timers/promises';
import { mulberry32 } from '#libs/platform';
import type { LoadClient } from './client.js';
import { SCRIPTS } from './scripts.js';

const MAX_ATTEMPTS = 5;

export interface CrowdOptions {
  /** First part of the names of its chats: no other crowd of the same database has it. */
  name: string;
  chats: number;
  /** How long new messages are sent, s. */
  seconds: number;
  /** Mean pause of a client between a reply and the next message, s. */
  thinkSeconds: number;
}

export interface SentMessage {
  id: string;
  text: string;
}

export interface CrowdResult {
  /** Milliseconds from a client's send to the bot's reply, one a message answered within the window. */
  latencies: number[];
  /** Everything the server said it took (2xx), by chat, in order. */
  sent: Map<string, SentMessage[]>;
  /** Messages answered otherwise than with replies, by status. */
  unanswered: Map<string, number>;
  /** Attempts repeated after a broken connection, under the same message id. */
  retries: number;
  /** Bot messages received. */
  replies: number;
  seconds: number;
}

/** Clients who think, write, wait for the reply and go on; when a conversation is over, a client begins a new chat. */
export async function runCrowd(client: LoadClient, options: CrowdOptions): Promise<CrowdResult> {
  const result: CrowdResult = {
    latencies: [],
    sent: new Map(),
    unanswered: new Map(),
    retries: 0,
    replies: 0,
    seconds: 0,
  };
  const started = performance.now();
  const end = started + options.seconds * 1_000;
  const random = mulberry32(20_260_301);
  const pause = () => -Math.log(1 - random()) * options.thinkSeconds * 1_000;

  /** True when the server took the message, whether or not a reply came in time. */
  async function deliver(chatId: string, message: SentMessage): Promise<boolean> {
    const sentAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { status, replies } = await client.send(chatId, message.id, message.text);
        if (status === 200 && replies?.length) {
          result.latencies.push(performance.now() - sentAt);
          result.replies += replies.length;
          return true;
        }
        const outcome = status === 200 ? '200 without replies' : String(status);
        if (status !== 429 || attempt === MAX_ATTEMPTS) {
          result.unanswered.set(outcome, (result.unanswered.get(outcome) ?? 0) + 1);
          return status < 300;
        }
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) {
          const outcome = error instanceof Error ? error.message : String(error);
          result.unanswered.set(outcome, (result.unanswered.get(outcome) ?? 0) + 1);
          return false;
        }
      }
      result.retries += 1;
      await sleep(100 * 2 ** attempt);
    }
  }

  async function converse(index: number): Promise<void> {
    // Clients do not all begin at once: the first message comes after a share of a pause.
    await sleep(Math.min(random() * options.thinkSeconds, options.seconds) * 1_000);
    for (let round = 0; performance.now() < end; round += 1) {
      const chatId = `${options.name}-${index}-${round}`;
      const script = SCRIPTS[(index + round) % SCRIPTS.length] ?? [];
      const sent: SentMessage[] = [];
      result.sent.set(chatId, sent);
      for (const [step, text] of script.entries()) {
        if (performance.now() >= end) return;
        const message = { id: `${chatId}-${step}`, text };
        if (await deliver(chatId, message)) sent.push(message);
        await sleep(Math.min(pause(), Math.max(0, end - performance.now())));
      }
    }
  }

  await Promise.all(Array.from({ length: options.chats }, (_, index) => converse(index)));
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}
