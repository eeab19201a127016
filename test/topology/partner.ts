import { setTimeout as sleep } from 'node:timers/promises';

export interface Line {
  seq: number;
  author: 'client' | 'bot' | 'manager';
  text: string;
  inReplyTo?: string;
  attachments?: { name: string; url: string }[];
}

export interface SentMessage {
  status: number;
  /** Connections that broke before an answer came; the message was sent again under its id. */
  retries: number;
  /** Undefined when the server did not wait to the end. */
  replies: Line[] | undefined;
}

const MAX_RETRIES = 5;

/** A partner's server that talks to the REST API with one key. */
export class Partner {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.key}` };
  }

  /**
   * Sends a message and waits up to 30 s for the replies. A connection that breaks without an answer (nginx closes idle
   * ones when it is reloaded) says nothing about the message: it is sent again under the same id, as the API allows.
   */
  async send(chatId: string, id: string, text: string, extra: object = {}): Promise<SentMessage> {
    for (let retries = 0; ; retries += 1) {
      try {
        const response = await fetch(`${this.url}/api/v1/chats/${chatId}/messages?wait=30000`, {
          method: 'POST',
          headers: { ...this.headers, 'content-type': 'application/json' },
          body: JSON.stringify({ id, text, ...extra }),
        });
        const body = (await response.json()) as { replies?: Line[] };
        return { status: response.status, retries, replies: body.replies };
      } catch (error) {
        if (retries === MAX_RETRIES) throw error;
        await sleep(50 * 2 ** retries);
      }
    }
  }

  /** Every line of the chat; none when there is no such chat. */
  async transcript(chatId: string): Promise<Line[]> {
    const lines: Line[] = [];
    for (;;) {
      const after = lines.at(-1)?.seq ?? 0;
      const response = await fetch(`${this.url}/api/v1/chats/${chatId}/messages?after=${after}&limit=200`, {
        headers: this.headers,
      });
      if (response.status === 404) return lines;
      if (!response.ok) throw new Error(`the transcript was answered ${response.status}`);
      const page = (await response.json()) as Line[];
      if (page.length === 0) return lines;
      lines.push(...page);
    }
  }

  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const form = new FormData();
    form.set('file', new File([bytes], name));
    const response = await fetch(`${this.url}/api/v1/uploads`, { method: 'POST', headers: this.headers, body: form });
    if (!response.ok) throw new Error(`the upload was answered ${response.status}`);
    return ((await response.json()) as { uploadId: string }).uploadId;
  }

  /** Texts of the bot's messages as the event stream brings them, until `count` came or 10 s passed. */
  async listen(chatId: string, count: number, onOpen: () => void): Promise<string[]> {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), 10_000);
    const texts: string[] = [];
    try {
      const response = await fetch(`${this.url}/api/v1/chats/${chatId}/events`, {
        headers: this.headers,
        signal: end.signal,
      });
      let pending = '';
      for await (const chunk of response.body ?? []) {
        if (pending === '' && texts.length === 0) onOpen();
        pending += Buffer.from(chunk as Uint8Array).toString();
        const events = pending.split('\n\n');
        pending = events.pop() ?? '';
        for (const event of events) {
          const data = /^event: message$/m.test(event) && /^data: (.*)$/m.exec(event)?.[1];
          if (!data) continue;
          const line = JSON.parse(data) as Line;
          if (line.author === 'bot') texts.push(line.text);
        }
        if (texts.length >= count) break;
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      end.abort();
    }
    return texts;
  }
}

/** Every message of a client answered, each once, in the order they were sent. */
export interface Delivery {
  sent: number;
  lost: number;
  duplicated: number;
  reordered: number;
}

/** Compares what was sent to a chat, in the order of sending and each text once, with its transcript. */
export function checkDelivery(transcript: readonly Line[], sent: readonly { id: string; text: string }[]): Delivery {
  const texts = sent.map(({ text }) => text);
  const delivery: Delivery = { sent: sent.length, lost: 0, duplicated: 0, reordered: 0 };
  const stored = transcript.filter((line) => line.author === 'client').map((line) => line.text);
  // A reply that comes from a job answers no message by id: it stands after the message and before the next one.
  const answered = new Set(
    transcript
      .filter((line, at) => line.author === 'client' && transcript[at + 1]?.author === 'bot')
      .map(({ text }) => text),
  );
  const replies = new Map<string, string[]>();
  for (const { author, inReplyTo, text } of transcript) {
    if (author !== 'bot' || inReplyTo === undefined) continue;
    const known = replies.get(inReplyTo) ?? [];
    if (known.includes(text)) delivery.duplicated += 1;
    replies.set(inReplyTo, [...known, text]);
  }
  for (const { id, text } of sent) {
    const times = stored.filter((one) => one === text).length;
    if (!answered.has(text) && !replies.has(id)) delivery.lost += 1;
    if (times > 1) delivery.duplicated += times - 1;
  }
  const order = stored.map((text) => texts.indexOf(text)).filter((index) => index >= 0);
  delivery.reordered = order.filter((index, at) => at > 0 && index < (order[at - 1] ?? 0)).length;
  return delivery;
}

/** Waits until the condition holds; false when it does not within `ms`. */
export async function eventually(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
