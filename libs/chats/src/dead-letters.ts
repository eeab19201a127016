import type { ChatSignals } from './chat-signals.js';
import type { Statement, Statements } from './statements.js';

/** Something that was given up: an event whose turn failed for good, or a send that cannot succeed. */
export interface DeadLetter {
  id: string;
  chatId: string;
  source: 'turn' | 'outbox';
  ref: string;
  target: string | null;
  error: string;
  attempts: number;
  createdAt: string;
}

const LIST: Statement = {
  name: 'dead.list',
  text: `select id, chat_id as "chatId", source, ref, target, error, attempts, created_at as "createdAt" from dead_letters
    where replayed_at is null and id > $1 and ($2::text is null or chat_id = $2) order by id limit $3`,
};

// The event goes to the end of the mailbox: what came after it was handled long ago.
const REPLAY: Statement = {
  name: 'dead.replay',
  text: `with d as (
      update dead_letters set replayed_at = now() where id = $1 and replayed_at is null returning chat_id, source, ref, target
    ), c as (
      update chats set inbox_seq = inbox_seq + 1 from d where chats.id = d.chat_id and d.source = 'turn' returning inbox_seq
    ), i as (
      update inbox set done_turn = null, position = c.inbox_seq from d, c
      where inbox.chat_id = d.chat_id and inbox.kind = split_part(d.ref, ':', 1)
        and inbox.external_id = substr(d.ref, strpos(d.ref, ':') + 1)
    ), o as (
      update outbox set state = 'pending', attempts = 0, next_at = now(), settled_at = null from d
      where d.source = 'outbox' and outbox.id = d.ref and outbox.state = 'dead'
    )
    select chat_id, source, target from d`,
};

/** The operator's view of what failed. */
export class DeadLetters {
  constructor(
    private readonly statements: Statements,
    private readonly signals: ChatSignals,
  ) {}

  /** Open dead letters after `after` (an id), oldest first. */
  async list(options: { after?: string; chatId?: string; limit?: number } = {}): Promise<DeadLetter[]> {
    const rows = await this.statements.run<Omit<DeadLetter, 'createdAt'> & { createdAt: Date }>(LIST, [
      options.after ?? 0,
      options.chatId ?? null,
      options.limit ?? 100,
    ]);
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  }

  /** Puts the event back into the mailbox, or the send back into its lane; false when it was replayed already. */
  async replay(id: string): Promise<boolean> {
    const [row] = await this.statements.run<{ chat_id: string; source: string; target: string | null }>(REPLAY, [id]);
    if (!row) return false;
    if (row.source === 'turn') this.signals.emit('ingested', row.chat_id, true);
    else if (row.target !== null) this.signals.emit('outbox', row.chat_id, row.target);
    return true;
  }
}
