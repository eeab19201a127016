import type pg from 'pg';
import type { ChatsApi } from '../chats-api/client.js';
import type { HistoryItem } from '../chats-api/types.js';
import type { CrmAccountStore } from '../mirror/account.js';
import type { CrmChats } from '../mirror/crm-chats.js';
import type { CrmMessages } from '../mirror/crm-messages.js';
import { readHistory } from '../mirror/history.js';
import type { ManagerMessages, MessageOutcome } from './manager-messages.js';

/** What a comparison of one chat found and mended. */
export interface Parity {
  /** Messages of ours that amoCRM has twice. */
  doubled: number;
  /** Messages recorded as sent that amoCRM does not have: put back into the outbox. */
  resent: number;
  /** Messages they have and we had no answer about: their ids noted. */
  matched: number;
  /** Managers' messages whose hook never came: taken from the history. */
  recovered: number;
  /** Managers' messages whose text was changed there since: changed here and for the client. */
  edited: number;
}

/** How far back one comparison looks, messages. */
const DEPTH = 500;

/**
 * Compares our log of a chat with amoCRM's history by message ids and mends what is missing on either side. Run after
 * downtime and on a schedule; chat hooks come once, so this is what finds a lost one.
 */
export class Reconciliation {
  constructor(
    private readonly pool: pg.Pool,
    private readonly chatsApi: ChatsApi,
    private readonly accounts: CrmAccountStore,
    private readonly crmChats: CrmChats,
    private readonly messages: CrmMessages,
    private readonly managers: ManagerMessages,
  ) {}

  /** Throws what the clients throw; safe to repeat. */
  async reconcile(chatId: string): Promise<Parity> {
    const parity: Parity = { doubled: 0, resent: 0, matched: 0, recovered: 0, edited: 0 };
    const account = await this.accounts.load();
    const chat = await this.crmChats.find({ chatId });
    if (!account || !chat?.amojoChatId) return parity;
    const startedAt = Date.now();
    const history: HistoryItem[] = [];
    for await (const item of readHistory(this.chatsApi, account.scopeId, chat.amojoChatId, DEPTH)) history.push(item);
    const theirs = new Map<string, string[]>();
    for (const { message } of history) {
      if (message.client_id) theirs.set(message.client_id, [...(theirs.get(message.client_id) ?? []), message.id]);
    }
    parity.doubled = [...theirs.values()].reduce((sum, ids) => sum + ids.length - 1, 0);
    parity.matched = await this.match(theirs);
    parity.resent = await this.resend(chatId, theirs, oldest(history, DEPTH), startedAt);
    const texts = await this.messages.managersTexts(chatId);
    for (const item of history.reverse()) {
      const outcome = await this.recover(chat.amojoChatId, chatId, item, texts);
      if (outcome === 'taken') parity.recovered += 1;
      if (outcome === 'edited') parity.edited += 1;
    }
    await this.crmChats.markReconciled(chatId);
    return parity;
  }

  private async match(theirs: Map<string, string[]>): Promise<number> {
    const { rowCount } = await this.pool.query(
      `update crm_messages m set amojo_id = x.amojo_id
       from unnest($1::text[], $2::text[]) x (our_id, amojo_id)
       where m.our_id = x.our_id and m.amojo_id is null`,
      [[...theirs.keys()], [...theirs.values()].map(([first]) => first)],
    );
    return rowCount ?? 0;
  }

  /** Rows whose part they lost are sent again by the lane; a sent part is recognised there by its id. */
  private async resend(
    chatId: string,
    theirs: Map<string, string[]>,
    since: number,
    startedAt: number,
  ): Promise<number> {
    const { rows } = await this.pool.query<{ our_id: string; outbox_id: string }>(
      `select m.our_id, m.outbox_id from crm_messages m join outbox o on o.id = m.outbox_id and o.state in ('sent', 'dead')
       where m.chat_id = $1 and m.direction = 'out' and m.at >= $2
         and m.created_at < to_timestamp($3::float8 / 1000) - interval '1 minute' and m.our_id <> all($4::text[])`,
      [chatId, since, startedAt, [...theirs.keys()]],
    );
    for (const row of rows) {
      await this.pool.query('update crm_messages set amojo_id = null where our_id = $1', [row.our_id]);
      await this.pool.query(
        `update outbox set state = 'pending', attempts = 0, next_at = now(), settled_at = null
         where id = $1 and state in ('sent', 'dead')`,
        [row.outbox_id],
      );
    }
    return rows.length;
  }

  private async recover(
    amojoChatId: NonNullable<Awaited<ReturnType<CrmChats['open']>>['amojoChatId']>,
    chatId: string,
    item: HistoryItem,
    texts: ReadonlyMap<string, string>,
  ): Promise<MessageOutcome> {
    const { message, sender } = item;
    if (message.client_id || !sender?.id || sender.client_id) return 'known';
    const ours = texts.get(message.id);
    const isEdited =
      ours !== undefined && message.type === 'text' && message.text !== undefined && message.text !== ours;
    if (!isEdited) {
      const { rowCount } = await this.pool.query('select 1 from crm_messages where amojo_id = $1', [message.id]);
      if ((rowCount ?? 0) > 0) return 'known';
    }
    return this.managers.handle({
      kind: 'message',
      id: message.id,
      senderId: sender.id,
      amojoChatId,
      chatId,
      at: item.msec_timestamp ?? item.timestamp * 1_000,
      text: message.text ?? '',
      ...(message.media ? { file: { url: message.media, name: message.file_name ?? null, type: message.type } } : {}),
    });
  }
}

/** Nothing before the oldest message read can be judged when the history is longer than the look. */
function oldest(history: readonly HistoryItem[], depth: number): number {
  if (history.length < depth) return 0;
  return Math.min(...history.map((item) => item.msec_timestamp ?? item.timestamp * 1_000));
}
