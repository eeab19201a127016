import { noTracing, type SpanOptions, type Tracing } from '#libs/platform';
import type { ChatSignals } from './chat-signals.js';
import { EDIT_MESSAGE } from './edit-sql.js';
import type {
  ClientMessage,
  EditOutcome,
  JobResult,
  ManagerMessage,
  MessageEdit,
  OwnerChange,
  Reaction,
  Receipt,
} from './incoming.js';
import {
  CHANGE_OWNER,
  DROP_TIMER,
  DUE_TIMERS,
  FIRE_TIMER,
  INGEST_CLIENT,
  INGEST_EVENT,
  INGEST_MANAGER,
  RELAY,
} from './ingest-sql.js';
import {
  ChatInputError,
  ChatNotFoundError,
  checkButton,
  checkIds,
  checkProfile,
  checkText,
  cleanText,
  MESSAGE_LIMITS,
  serialiseEvent,
} from './message-limits.js';
import type { OutboxBody } from './outbox-item.js';
import type { ChatSettings } from './settings.js';
import type { Statement, Statements } from './statements.js';
import { CLIENT_WAIT_TIMER, MANAGER_REMINDER_TIMER, OWNER_RETURN_TIMER, waitTimers } from './turn-plan.js';
import type { ChatEvent, MessageContent, Owner } from './types.js';

const UNIQUE_VIOLATION = '23505';

/** Tries of an edit that meets a turn being claimed or committed at that moment. */
const EDIT_ATTEMPTS = 20;

/** Whatever runs while a client waits for a manager. */
const WAIT_TIMERS = [MANAGER_REMINDER_TIMER, CLIENT_WAIT_TIMER];

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}

/** The only way into a chat: every event is stored by one statement and then wakes the chat. */
export class Mailbox {
  readonly #waits: { name: string; afterMs: number }[];

  constructor(
    private readonly statements: Statements,
    private readonly signals: ChatSignals,
    private readonly settings: ChatSettings,
    private readonly tracing: Tracing = noTracing,
  ) {
    this.#waits = waitTimers(settings);
  }

  /** Stores a client's message once; creates the chat with its first one. Throws ChatInputError. */
  async ingestClientMessage(message: ClientMessage): Promise<Receipt> {
    checkIds(message.chatId, message.id);
    const event: ChatEvent = { kind: 'client', id: message.id, at: new Date().toISOString() };
    const content: MessageContent = { text: '' };
    if (message.text !== undefined) {
      event.text = checkText(message.text);
      content.text = event.text;
    }
    if (message.button !== undefined) event.button = checkButton(message.button);
    if (message.attachments?.length) {
      if (message.attachments.length > MESSAGE_LIMITS.attachments) {
        throw new ChatInputError(
          'message-too-large',
          `a message has at most ${MESSAGE_LIMITS.attachments} attachments`,
        );
      }
      event.attachments = message.attachments;
      content.attachments = message.attachments;
    }
    if (message.profile) event.profile = checkProfile(message.profile);
    if (!event.text?.trim() && !event.button && !event.attachments) {
      throw new ChatInputError('empty-message', 'a message has a text, a button or an attachment');
    }
    // The seq is known to the statement only; the outbox row carries it in a column of its own.
    const mirror: OutboxBody = { type: 'message', author: 'client', seq: 0, message: content };
    if (event.button) mirror.button = event.button;
    if (event.profile) mirror.profile = { ...event.profile };
    const urgent = event.button !== undefined || message.command === true;
    const row = await this.#traced(event, { attributes: { kind: 'client', channel: message.channel } }, () =>
      this.#store<{ seq: number; duplicate: boolean }>(INGEST_CLIENT, [
        message.chatId,
        message.id,
        message.channel,
        message.address ? JSON.stringify(message.address) : null,
        urgent,
        serialiseEvent(event),
        JSON.stringify(content),
        event.button ?? null,
        this.settings.crm ? JSON.stringify(mirror) : null,
        this.#waits.map(({ name }) => name),
        this.#waits.map(({ afterMs }) => afterMs),
      ]),
    );
    if (!row) throw new ChatNotFoundError(message.chatId);
    if (!row.duplicate) {
      this.#announce(message.chatId, urgent);
      if (this.settings.crm) this.signals.emit('outbox', message.chatId, 'crm');
    }
    return { seq: row.seq, messageId: message.id, duplicate: row.duplicate };
  }

  /**
   * Stores a manager's message once; in the same statement the chat becomes the manager's and its epoch rises, so that
   * nothing the bot decided before can still be said. Throws ChatInputError, ChatNotFoundError.
   */
  async ingestManagerMessage(message: ManagerMessage): Promise<Receipt> {
    checkIds(message.chatId, message.id);
    const text = checkText(message.text);
    const attachments = message.attachments?.length ? { attachments: message.attachments } : {};
    if (!text.trim() && !message.attachments?.length) {
      throw new ChatInputError('empty-message', 'a message has a text or an attachment');
    }
    const event: ChatEvent = { kind: 'manager', id: message.id, at: new Date().toISOString(), text, ...attachments };
    if (message.name) event.name = cleanText(message.name).slice(0, MESSAGE_LIMITS.profileLength);
    const content: MessageContent = { text, ...attachments };
    const body: OutboxBody = { type: 'message', author: 'manager', seq: 0, message: content };
    const mirrored = this.settings.crm && message.source !== 'crm';
    const row = await this.#traced(event, { attributes: { kind: 'manager', source: message.source } }, () =>
      this.#store<{ seq: number; duplicate: boolean; channel: string | null }>(INGEST_MANAGER, [
        message.chatId,
        message.id,
        serialiseEvent(event),
        JSON.stringify(content),
        JSON.stringify(body),
        this.settings.pullChannels,
        mirrored,
        this.settings.managerSilenceMs,
        OWNER_RETURN_TIMER,
        WAIT_TIMERS,
      ]),
    );
    if (!row) throw new ChatNotFoundError(message.chatId);
    if (row.channel !== null) {
      this.#announce(message.chatId, true);
      this.signals.emit('outbox', message.chatId, row.channel);
      if (mirrored) this.signals.emit('outbox', message.chatId, 'crm');
    }
    return { seq: row.seq, messageId: message.id, duplicate: row.duplicate };
  }

  /**
   * Changes the text of a stored message: the transcript shows the new one, an event not read yet carries it, and the other
   * side is sent the edit. A client's edit of a message read already comes to the chat as an event of its own.
   * Throws ChatInputError.
   */
  async editMessage(edit: MessageEdit): Promise<EditOutcome> {
    checkIds(edit.chatId, edit.id);
    const text = checkText(edit.text);
    if (!text.trim()) throw new ChatInputError('empty-message', 'an edited message keeps a text');
    const isManager = edit.author === 'manager';
    for (let attempt = 1; ; attempt += 1) {
      const row = await this.#store<{ fixed: boolean; same: boolean; changed: boolean; channel: string }>(
        EDIT_MESSAGE,
        [
          edit.chatId,
          edit.author,
          edit.id,
          text,
          new Date().toISOString(),
          this.settings.pullChannels,
          this.settings.crm && edit.source !== 'crm',
          isManager,
        ],
      );
      if (!row) return 'unknown';
      if (row.fixed || row.same) return row.fixed ? 'fixed' : 'same';
      if (row.changed) {
        this.#announce(edit.chatId, false);
        this.signals.emit('outbox', edit.chatId, 'crm');
        if (isManager) this.signals.emit('outbox', edit.chatId, row.channel);
        return 'changed';
      }
      if (attempt === EDIT_ATTEMPTS) throw new Error('the chat never stood still long enough to change a message');
    }
  }

  /**
   * Sends a reaction to the other side: a client's to the CRM, a manager's to the client's channel. False for a repeated one,
   * or when the other side has no way to be told.
   */
  async ingestReaction(reaction: Reaction): Promise<boolean> {
    const { chatId, id, ...rest } = reaction;
    checkIds(chatId, id);
    const toCrm = reaction.author === 'client';
    if (toCrm && !this.settings.crm) return false;
    const body: OutboxBody = { type: 'reaction', ...rest };
    const row = await this.#store<{ target: string }>(RELAY, [
      chatId,
      `${chatId}:react:${id}`,
      toCrm ? 'crm' : null,
      this.settings.pullChannels,
      reaction.seq,
      reaction.author,
      JSON.stringify(body),
    ]);
    if (row) this.signals.emit('outbox', chatId, row.target);
    return row !== undefined;
  }

  /** Stores a job's result once, as an event of its chat; false for a repeated one. Throws ChatNotFoundError. */
  async ingestJobResult(job: JobResult): Promise<boolean> {
    const { chatId, trace, ...rest } = job;
    const event: ChatEvent = { kind: 'job', id: job.jobId, at: new Date().toISOString(), ...rest };
    const row = await this.#traced(
      event,
      { parent: trace, attributes: { kind: 'job', job: job.name, status: job.status } },
      () => this.#store<{ position: string }>(INGEST_EVENT, [chatId, 'job', job.jobId, serialiseEvent(event)]),
    );
    if (row) this.#announce(chatId, true);
    return row !== undefined;
  }

  /** Fires a due timer of the chat; false when it was replaced, cancelled or fired by another process. */
  async ingestTimer(chatId: string, name: string): Promise<boolean> {
    const at = new Date().toISOString();
    if (name === OWNER_RETURN_TIMER) {
      const change = await this.#changeOwner(chatId, 'bot', 'manager-silence', true);
      if (!change?.changed) await this.statements.run(DROP_TIMER, [chatId, name]);
      return change?.changed ?? false;
    }
    const row = await this.#store<{ position: string }>(FIRE_TIMER, [chatId, name, at]);
    if (row) this.#announce(chatId, true);
    return row !== undefined;
  }

  /** Fires the timers that are due; returns how many. Safe to run in every process. */
  async fireDueTimers(limit = 200): Promise<number> {
    const due = await this.statements.run<{ chat_id: string; name: string }>(DUE_TIMERS, [limit]);
    let fired = 0;
    for (const timer of due) if (await this.ingestTimer(timer.chat_id, timer.name)) fired += 1;
    return fired;
  }

  /**
   * Gives the chat to the bot or to a manager; the epoch rises and the chat learns it by an `owner` event. Nothing
   * happens when it is theirs already. Throws ChatNotFoundError.
   */
  async changeOwner(chatId: string, owner: Owner, reason: string): Promise<OwnerChange> {
    const change = await this.#changeOwner(chatId, owner, reason, false);
    if (!change) throw new ChatNotFoundError(chatId);
    return change;
  }

  async #changeOwner(chatId: string, owner: Owner, reason: string, ifDue: boolean): Promise<OwnerChange | undefined> {
    const change = await this.#store<OwnerChange>(CHANGE_OWNER, [
      chatId,
      owner,
      cleanText(reason).slice(0, MESSAGE_LIMITS.profileLength),
      new Date().toISOString(),
      this.settings.managerSilenceMs,
      OWNER_RETURN_TIMER,
      ifDue,
      WAIT_TIMERS,
    ]);
    if (change?.changed) this.#announce(chatId, true);
    return change;
  }

  /** The span of an event that comes in; its trace goes on with the event. */
  #traced<T>(event: ChatEvent, options: SpanOptions, store: () => Promise<T>): Promise<T> {
    return this.tracing.span('chat.ingest', options, (span) => {
      if (span.traceparent !== undefined) event.trace = span.traceparent;
      return store();
    });
  }

  async #store<Row extends object>(statement: Statement, values: unknown[]): Promise<Row | undefined> {
    try {
      return (await this.statements.run<Row>(statement, values))[0];
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return (await this.statements.run<Row>(statement, values))[0];
    }
  }

  #announce(chatId: string, urgent: boolean): void {
    this.signals.emit('ingested', chatId, urgent);
    this.signals.emit('changed', chatId);
  }
}
