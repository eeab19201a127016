import type pg from 'pg';
import type { AmojoId } from '../chats-api/types.js';

/** What amoCRM has of one chat of ours; null where it is not known yet. */
export interface CrmChat {
  chatId: string;
  amojoChatId: AmojoId | null;
  contactId: number | null;
  /** The contact the chat has been linked to. */
  linkedContactId: number | null;
  leadId: number | null;
}

interface Row {
  chat_id: string;
  amojo_chat_id: AmojoId | null;
  contact_id: string | null;
  linked_contact_id: string | null;
  lead_id: string | null;
}

const COLUMNS = 'chat_id, amojo_chat_id, contact_id, linked_contact_id, lead_id';

function chatOf(row: Row): CrmChat {
  const id = (value: string | null) => (value === null ? null : Number(value));
  return {
    chatId: row.chat_id,
    amojoChatId: row.amojo_chat_id,
    contactId: id(row.contact_id),
    linkedContactId: id(row.linked_contact_id),
    leadId: id(row.lead_id),
  };
}

/** Our chats and their twins in amoCRM. */
export class CrmChats {
  constructor(private readonly pool: pg.Pool) {}

  async open(chatId: string): Promise<CrmChat> {
    const { rows } = await this.pool.query<Row>(
      `with made as (insert into crm_chats (chat_id) values ($1) on conflict do nothing returning ${COLUMNS})
       select ${COLUMNS} from made union all select ${COLUMNS} from crm_chats where chat_id = $1 limit 1`,
      [chatId],
    );
    const row = rows[0];
    // The only way to see neither: another process inserted between the snapshot and the insert.
    return row ? chatOf(row) : this.open(chatId);
  }

  /** The chat a hook is about, by their id or by ours. */
  async find(ids: { chatId?: string | undefined; amojoChatId?: string | undefined }): Promise<CrmChat | null> {
    const { rows } = await this.pool.query<Row>(
      `select ${COLUMNS} from crm_chats where amojo_chat_id = $1 or chat_id = $2 order by amojo_chat_id = $1 desc limit 1`,
      [ids.amojoChatId ?? null, ids.chatId ?? null],
    );
    return rows[0] ? chatOf(rows[0]) : null;
  }

  async save(chat: CrmChat): Promise<void> {
    await this.pool.query(
      `update crm_chats set amojo_chat_id = $2, contact_id = $3, linked_contact_id = $4, lead_id = $5 where chat_id = $1`,
      [chat.chatId, chat.amojoChatId, chat.contactId, chat.linkedContactId, chat.leadId],
    );
  }

  /** Gives the message a time not before any earlier one of the chat: ms since the epoch. */
  async nextTime(chatId: string, at: number): Promise<number> {
    const { rows } = await this.pool.query<{ last_at: string }>(
      'update crm_chats set last_at = greatest($2::bigint, last_at + 1) where chat_id = $1 returning last_at',
      [chatId, at],
    );
    return Number(rows[0]?.last_at ?? at);
  }

  /** A manager has written at this time of amoCRM's clock, ms. */
  async managerWrote(chatId: string, at: number): Promise<void> {
    await this.pool.query('update crm_chats set manager_at = greatest(manager_at, $2::bigint) where chat_id = $1', [
      chatId,
      at,
    ]);
  }

  /** Whether a manager has written after this time of amoCRM's clock, ms. */
  async hasManagerWrittenAfter(chatId: string, at: number): Promise<boolean> {
    const { rowCount } = await this.pool.query('select 1 from crm_chats where chat_id = $1 and manager_at > $2', [
      chatId,
      at,
    ]);
    return rowCount === 1;
  }

  async markReconciled(chatId: string): Promise<void> {
    await this.pool.query('update crm_chats set reconciled_at = now() where chat_id = $1', [chatId]);
  }
}
