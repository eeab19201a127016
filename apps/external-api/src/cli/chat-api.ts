import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiMessage } from '#libs/channels';

/** What the server refused: its HTTP status, stable code and words. */
export class ChatApiRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

export interface OutgoingMessage {
  text?: string;
  button?: string;
  attachments?: { uploadId: string }[];
}

const ATTEMPTS = 5;

/** The REST API of one chat, as a partner uses it. */
export class ChatApi {
  private readonly base: string;

  constructor(
    url: string,
    private readonly chatId: string,
    private readonly key: string,
  ) {
    this.base = `${url.replace(/\/+$/, '')}/api/v1`;
  }

  /** Sends a message and waits for the replies. Retries on a lost answer under the same id, so nothing is said twice. */
  async say(message: OutgoingMessage, waitMs: number): Promise<void> {
    const body = JSON.stringify({ id: randomUUID(), ...message });
    for (let attempt = 1; ; attempt++) {
      try {
        await this.request(`${this.chat()}/messages?wait=${waitMs}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal: AbortSignal.timeout(waitMs + 10_000),
        });
        return;
      } catch (error) {
        const final = error instanceof ChatApiRefusal && error.status < 500 && error.status !== 429;
        if (final || attempt === ATTEMPTS) throw error;
        await sleep(300 * 2 ** attempt);
      }
    }
  }

  /** Transcript after `after`, oldest first; an unknown chat has none. */
  async messages(after: number): Promise<ApiMessage[]> {
    try {
      const response = await this.request(`${this.chat()}/messages?after=${after}&limit=500`, {
        signal: AbortSignal.timeout(15_000),
      });
      return (await response.json()) as ApiMessage[];
    } catch (error) {
      if (error instanceof ChatApiRefusal && error.status === 404) return [];
      throw error;
    }
  }

  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    const response = await this.request('/uploads', { method: 'POST', body: form });
    return ((await response.json()) as { uploadId: string }).uploadId;
  }

  /** Calls `onEvent` for every live event until the signal aborts; reconnects by itself. Events are hints: the transcript is the truth. */
  async listen(onEvent: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const response = await this.request(`${this.chat()}/events`, { signal });
        for await (const chunk of response.body ?? []) if (Buffer.from(chunk).includes('event: message')) onEvent();
      } catch {
        if (signal.aborted) return;
      }
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }

  private chat(): string {
    return `/chats/${encodeURIComponent(this.chatId)}`;
  }

  private async request(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.key}` };
    const response = await fetch(this.base + path, { ...init, headers });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
    throw new ChatApiRefusal(
      response.status,
      problem.code ?? 'UNKNOWN',
      problem.detail ?? problem.title ?? `HTTP ${response.status}`,
    );
  }
}
