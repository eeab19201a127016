import { parseJson, readLimited, retryAfterMs } from '../http-answer.js';
import { CrmNoAnswerError, CrmRefusedError } from '../outcome.js';
import { sign } from './signature.js';
import type { AmojoId, ChatParticipant, DeliveryStatus, EditMessage, HistoryItem, NewMessage, OurId } from './types.js';

export interface ChatsApiSettings {
  /** `https://amojo.amocrm.ru` */
  baseUrl: string;
  channelId: string;
  channelSecret: string;
  /** Limit for one request, ms. */
  timeoutMs: number;
}

export interface ChatsApiOptions {
  now?: () => Date;
  /** Does the work of one request when the shared rate limit has a place for it. */
  limited?: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Thin client of amoCRM's Chats API. One attempt per call: retries belong to the outbox, which knows whether a repeat is
 * safe. Throws CrmRefusedError when they said no and CrmNoAnswerError when nothing certain is known.
 */
export class ChatsApi {
  private readonly now: () => Date;
  private readonly limited: <T>(work: () => Promise<T>) => Promise<T>;

  constructor(
    private readonly settings: ChatsApiSettings,
    options: ChatsApiOptions = {},
  ) {
    this.now = options.now ?? (() => new Date());
    this.limited = options.limited ?? ((work) => work());
  }

  /** Connects the channel to an account (repeat after every install); answers the scope id. */
  async connect(accountId: string, title: string): Promise<{ scopeId: string }> {
    const answer = await this.call('connect', 'POST', `/v2/origin/custom/${this.settings.channelId}/connect`, {
      account_id: accountId,
      title,
      hook_api_version: 'v2',
    });
    return { scopeId: requireString(answer, 'scope_id', 'connect') };
  }

  async disconnect(accountId: string): Promise<void> {
    await this.call('disconnect', 'DELETE', `/v2/origin/custom/${this.settings.channelId}/disconnect`, {
      account_id: accountId,
    });
  }

  /** Creates the chat or answers the existing one of this conversation id. */
  async createChat(
    scopeId: string,
    chat: { conversation_id: OurId; user: ChatParticipant; source?: { external_id: string } },
  ): Promise<{ chatId: AmojoId; userId: AmojoId | null }> {
    const answer = await this.call('create chat', 'POST', `/v2/origin/custom/${scopeId}/chats`, chat);
    const user = (answer as { user?: { id?: unknown } } | null)?.user?.id;
    return {
      chatId: requireString(answer, 'id', 'create chat') as AmojoId,
      userId: typeof user === 'string' ? (user as AmojoId) : null,
    };
  }

  /** Imports a message; answers their id of it (their `msgid`; our id comes back as `ref_id`: the names are crossed). */
  async send(scopeId: string, message: NewMessage): Promise<{ messageId: AmojoId | null }> {
    const { at, ...payload } = message;
    const answer = await this.call('send', 'POST', `/v2/origin/custom/${scopeId}`, {
      event_type: 'new_message',
      payload: { timestamp: Math.floor(at / 1_000), msec_timestamp: at, ...payload },
    });
    const id = (answer as { new_message?: { msgid?: unknown } } | null)?.new_message?.msgid;
    return { messageId: typeof id === 'string' ? (id as AmojoId) : null };
  }

  async edit(scopeId: string, message: EditMessage): Promise<void> {
    const { at, ...payload } = message;
    await this.call('edit', 'POST', `/v2/origin/custom/${scopeId}`, {
      event_type: 'edit_message',
      payload: { timestamp: Math.floor(at / 1_000), msec_timestamp: at, ...payload },
    });
  }

  /** Tells the manager what became of his message. Both spellings of the field are sent: the documentation has both. */
  async reportDelivery(scopeId: string, messageId: AmojoId, delivery: DeliveryStatus): Promise<void> {
    const failure = delivery.status === -1 ? { error_code: delivery.errorCode, error: delivery.error } : {};
    await this.call('delivery status', 'POST', `/v2/origin/custom/${scopeId}/${messageId}/delivery_status`, {
      msgid: messageId,
      delivery_status: delivery.status,
      status_code: delivery.status,
      ...failure,
    });
  }

  /** One page of history, newest first; empty when they have none. `limit` ≤ 50. */
  async history(scopeId: string, chatId: AmojoId, page: { offset: number; limit: number }): Promise<HistoryItem[]> {
    const query = new URLSearchParams({ offset: String(page.offset), limit: String(page.limit) });
    const answer = await this.call(
      'history',
      'GET',
      `/v2/origin/custom/${scopeId}/chats/${chatId}/history`,
      null,
      query,
    );
    const messages = (answer as { messages?: unknown } | null)?.messages;
    return Array.isArray(messages) ? (messages as HistoryItem[]) : [];
  }

  async typing(scopeId: string, conversationId: OurId, senderId: OurId, durationMs = 5_000): Promise<void> {
    await this.call('typing', 'POST', `/v2/origin/custom/${scopeId}/typing`, {
      conversation_id: conversationId,
      sender: { id: senderId },
      duration_ms: durationMs,
    });
  }

  async react(
    scopeId: string,
    reaction: {
      conversation_id: OurId;
      /** Ours or theirs. */
      msgid?: OurId;
      id?: AmojoId;
      user: { id: OurId; ref_id?: AmojoId };
      type: 'react' | 'unreact';
      emoji: string;
    },
  ): Promise<void> {
    await this.call('react', 'POST', `/v2/origin/custom/${scopeId}/react`, reaction);
  }

  private async call(
    operation: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: object | null,
    query?: URLSearchParams,
  ): Promise<unknown> {
    const bytes = body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    const url = new URL(path, this.settings.baseUrl);
    if (query) url.search = query.toString();
    const [response, text] = await this.limited(() =>
      this.request(operation, method, url, body === null ? null : bytes),
    );
    if (response.status === 429) {
      throw new CrmNoAnswerError(operation, 'overloaded', retryAfterMs(response), false);
    }
    if (response.status >= 500) throw new CrmNoAnswerError(operation, 'unavailable', retryAfterMs(response), true);
    const answer = parseJson(text);
    if (!response.ok) throw new CrmRefusedError(response.status, operation, reasonOf(answer));
    return response.status === 204 ? null : answer;
  }

  /** Signed when it is sent: a signature is good for 15 minutes, and the wait for a place does not count. */
  private async request(
    operation: string,
    method: 'GET' | 'POST' | 'DELETE',
    url: URL,
    body: Buffer | null,
  ): Promise<[Response, string]> {
    const headers = sign({
      method,
      path: url.pathname,
      body: body ?? Buffer.alloc(0),
      secret: this.settings.channelSecret,
      date: this.now(),
    });
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers },
        body: body === null ? null : new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.timeout(this.settings.timeoutMs),
      });
      return [response, await readLimited(response)];
    } catch (error) {
      const timeout = error instanceof Error && error.name === 'TimeoutError';
      throw new CrmNoAnswerError(operation, timeout ? 'timeout' : 'network', null, true, error);
    }
  }
}

function reasonOf(answer: unknown): string {
  const { error_code: code, error_type: type } = (answer ?? {}) as { error_code?: unknown; error_type?: unknown };
  return (
    [code, type].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ') || 'no reason given'
  );
}

function requireString(answer: unknown, field: string, operation: string): string {
  const value = (answer as Record<string, unknown> | null)?.[field];
  if (typeof value !== 'string' || value === '') throw new CrmRefusedError(200, operation, `answer without ${field}`);
  return value;
}
