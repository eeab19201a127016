import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountState, MANAGERS, type SimChat, type SimLead, type SimMessage, type SimTalk } from './account-state.js';
import { ASSUMPTIONS } from './assumptions.js';
import { ChatsEndpoints } from './chats-endpoints.js';
import { type AmoCrmFaults, honest } from './faults.js';
import { HookDelivery } from './hook-delivery.js';
import { type HookMoment, messageHook, reactionHook, talkFields, typingHook } from './hook-payloads.js';
import { RestEndpoints } from './rest-endpoints.js';
import type { SimAnswer, SimRequest } from './sim-http.js';

export interface AmoCrmSimulatorOptions {
  longLivedToken?: string;
  channel?: { id: string; secret: string; botId: string };
  /** Seed of the ids; the same by default, so that a run can be repeated. */
  seed?: string;
  /** Requests a second the REST API takes; 7 as theirs by default. */
  limitPerSecond?: number;
}

export interface JournalEntry {
  at: number;
  method: string;
  path: string;
  status: number;
}

export interface OutgoingContent {
  text?: string;
  type?: 'text' | 'picture' | 'file' | 'voice' | 'video';
  media?: string;
  fileName?: string;
}

/**
 * Both systems of amoCRM (Chats API and REST v4) as one loopback server with state and a journal. Honest by default:
 * checks signature, clock, rate and token single use; sends chat hooks once. Faults are knobs, guesses are listed.
 */
export class AmoCrmSimulator {
  readonly state: AccountState;
  readonly faults: AmoCrmFaults = honest();
  readonly journal: JournalEntry[] = [];
  /** When each request came, both systems together, ms: their limit counts them all. */
  readonly arrivals: number[] = [];
  readonly hooks: HookDelivery;
  readonly rest: RestEndpoints;
  readonly credentials: { longLivedToken: string; clientId: string; clientSecret: string };
  private readonly chats: ChatsEndpoints;
  private server: Server | null = null;
  url = '';

  constructor(options: AmoCrmSimulatorOptions = {}) {
    this.state = new AccountState(
      options.channel ?? {
        id: 'cccccccc-0000-4000-8000-0000000c4a11',
        secret: 'simulated-channel-secret',
        botId: 'dddddddd-0000-4000-8000-000000000b07',
      },
      options.seed,
    );
    this.credentials = {
      longLivedToken: options.longLivedToken ?? 'simulated-long-lived-token',
      clientId: 'sim-client',
      clientSecret: 'sim-client-secret',
    };
    this.hooks = new HookDelivery(this.state.channel.secret, this.faults);
    this.chats = new ChatsEndpoints(this.state, this.faults, {
      incoming: (chat, message) => this.announceIncoming(chat, message),
    });
    this.rest = new RestEndpoints(
      this.state,
      { leadChanged: (lead, previous) => this.announceLead(lead, previous) },
      this.credentials,
      options.limitPerSecond,
    );
  }

  /** Starts on loopback (a free port by default) and returns the base URL of both systems. */
  async start(port = 0): Promise<string> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this.url;
  }

  async stop(): Promise<void> {
    await this.hooks.settled();
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** A manager writes into a chat; answers their id of the message. The hook goes out once. */
  say(chatId: string, content: OutgoingContent, manager: { amojo_id: string } = MANAGERS[0]): string {
    return this.outgoing(chatId, content, 'manager', manager.amojo_id);
  }

  /** A Salesbot writes into a chat: neither a manager nor a client, with an author id nobody knows. */
  salesbotSays(chatId: string, text: string): string {
    return this.outgoing(chatId, { text }, 'bot', 'eeeeeeee-0000-4000-8000-000000005a1e');
  }

  /** Closes the talk of a chat, as a manager does with one button. */
  closeTalk(chatId: string): void {
    const talk = this.state.talkOfChat(chatId);
    if (!talk) throw new Error(`chat ${chatId} has no talk in work`);
    talk.is_in_work = false;
    this.announceTalk(talk);
  }

  /** A manager opens the chat: everything in it is read. */
  reads(chatId: string): void {
    const talk = this.state.talkOfChat(chatId);
    if (!talk) throw new Error(`chat ${chatId} has no talk in work`);
    talk.is_read = true;
    this.announceTalk(talk);
  }

  /** A manager changes what he wrote; only the history tells of it unless `editHooks` is on. */
  edit(messageId: string, text: string): void {
    const message = this.state.messages.get(messageId);
    if (message?.author !== 'manager') throw new Error(`${messageId} is no message of a manager`);
    message.text = text;
    message.edited = true;
    if (this.faults.editHooks) this.hookOf(message, this.now(), true);
  }

  /** A manager puts an emoji under a message, or takes it away. */
  reacts(messageId: string, emoji: string, on = true): void {
    const message = this.state.messages.get(messageId);
    if (!message) throw new Error(`no message ${messageId} in the simulator`);
    const reaction = { userId: MANAGERS[0].amojo_id, emoji, on };
    this.hooks.chat(this.state.scopeId, reactionHook(this.moment(message.chatId), message, reaction));
  }

  /** Stores a file of a manager and answers the address amoCRM would give for it. */
  upload(name: string, bytes: Buffer, contentType: string): string {
    const path = `/media/${this.state.uuid()}/${encodeURIComponent(name)}`;
    this.state.media.set(path, { bytes, contentType });
    return `${this.url}${path}`;
  }

  /** A manager types. */
  type(chatId: string): void {
    this.hooks.chat(this.state.scopeId, typingHook(this.moment(chatId), MANAGERS[0].amojo_id));
  }

  private outgoing(chatId: string, content: OutgoingContent, author: 'manager' | 'bot', authorRef: string): string {
    const chat = this.chat(chatId);
    const at = this.now();
    const message: SimMessage = {
      id: this.state.uuid(),
      clientId: null,
      chatId,
      author,
      authorRef,
      type: content.type ?? 'text',
      text: content.text ?? null,
      media: content.media ?? null,
      fileName: content.fileName ?? null,
      at,
      edited: false,
      delivery: [],
      reactions: [],
    };
    chat.messages.push(message);
    this.state.messages.set(message.id, message);
    this.hookOf(message, at);
    return message.id;
  }

  /** The hook that carries a message of amoCRM's side. */
  private hookOf(message: SimMessage, at: number, isEdit = false): void {
    const moment = { ...this.moment(message.chatId), at };
    this.hooks.chat(this.state.scopeId, messageHook(moment, message, isEdit));
  }

  private moment(chatId: string): HookMoment {
    return { amojoId: this.state.amojoId, chat: this.chat(chatId), at: this.now() };
  }

  private announceTalk(talk: SimTalk): void {
    talk.updated_at = Math.floor(this.now() / 1_000);
    this.crmHook('update_talk', talkFields(talk));
  }

  private announceIncoming(chat: SimChat, message: SimMessage): void {
    this.crmHook('add_message', {
      'message[add][0][id]': message.id,
      'message[add][0][chat_id]': chat.id,
      'message[add][0][contact_id]': String(chat.contactId ?? ''),
      'message[add][0][text]': message.text ?? '',
      'message[add][0][type]': 'incoming',
      'message[add][0][created_at]': String(Math.floor(message.at / 1_000)),
    });
  }

  private announceLead(lead: SimLead, previousStatus: number | null): void {
    const action = previousStatus === null ? 'update' : 'status';
    this.crmHook(`${action}_lead`, {
      [`leads[${action}][0][id]`]: String(lead.id),
      [`leads[${action}][0][status_id]`]: String(lead.status_id),
      [`leads[${action}][0][pipeline_id]`]: String(lead.pipeline_id),
      ...(previousStatus === null ? {} : { [`leads[${action}][0][old_status_id]`]: String(previousStatus) }),
    });
  }

  private crmHook(setting: string, fields: Record<string, string>): void {
    const destinations = this.state.webhooks
      .filter((hook) => hook.settings.includes(setting))
      .map((hook) => hook.destination);
    this.hooks.crm(destinations, { ...fields, 'account[subdomain]': this.state.subdomain, 'account[id]': '1' });
  }

  private chat(chatId: string): SimChat {
    const chat = this.state.chats.get(chatId);
    if (!chat) throw new Error(`no chat ${chatId} in the simulator`);
    return chat;
  }

  private now(): number {
    return Date.now() + this.faults.clockSkewMs;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!incoming.url?.startsWith('/_sim/') && !incoming.url?.startsWith('/media/')) this.arrivals.push(Date.now());
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://sim');
    const request: SimRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    if (url.pathname === '/_sim/assumptions') return this.answer(response, request, { status: 200, body: ASSUMPTIONS });
    if (url.pathname === '/_sim/journal') return this.answer(response, request, { status: 200, body: this.journal });
    const file = this.state.media.get(url.pathname);
    if (file) {
      response.writeHead(200, { 'content-type': file.contentType }).end(file.bytes);
      return;
    }
    const isChats = url.pathname.startsWith('/v2/origin/custom/');
    const isSend = isChats && request.method === 'POST' && url.pathname.split('/').length === 5;
    const fault = isSend ? this.faults.send.shift() : isChats ? undefined : this.faults.rest.shift();
    if (fault === '503') return this.answer(response, request, { status: 503, text: 'Service Unavailable' });
    if (fault === 'reset-before') {
      incoming.socket.destroy();
      return;
    }
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, this.faults.slowMs));
    const result = isChats ? this.chats.handle(request, this.now()) : this.rest.handle(request, this.now());
    if (fault === 'reset-after-commit') {
      this.journal.push({ at: Date.now(), method: request.method, path: request.path, status: 0 });
      incoming.socket.destroy();
      return;
    }
    if (fault === '500-after-commit')
      return this.answer(response, request, { status: 500, text: 'Internal Server Error' });
    this.answer(response, request, result);
  }

  private answer(response: ServerResponse, request: SimRequest, answer: SimAnswer): void {
    this.journal.push({ at: Date.now(), method: request.method, path: request.path, status: answer.status });
    const isProblem = answer.status >= 400 && answer.body !== undefined;
    response.writeHead(answer.status, {
      'content-type':
        answer.text !== undefined ? 'text/plain' : isProblem ? 'application/problem+json' : 'application/json',
    });
    response.end(answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)));
  }
}
