import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { MirrorLag } from '#libs/crm';
import type { BenchReport } from '../bench/report.js';
import { busiestSecond } from '../chaos/amocrm-rate.js';
import type { AmocrmAccount } from './amocrm-account.js';
import { checkMirror, type MirrorCheck, type MirrorRow } from './mirror-check.js';

/** Requests of both systems a second that the connector allows itself: theirs blocks at 7. */
const RATE = 6;
const LOOK_MS = 500;

interface Standing {
  at: number;
  requests: number;
  queued: number;
  /** Age of the oldest row, s. */
  behindSeconds: number;
}

/** How the mirror in amoCRM keeps up with the load. */
export class MirrorWatch {
  private readonly lag: MirrorLag;
  private before: Standing | undefined;
  private after: Standing | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly account: AmocrmAccount,
  ) {
    this.lag = new MirrorLag(pool);
  }

  async begin(): Promise<void> {
    this.before = await this.standing();
  }

  /** The load is over: the mirror goes on for at most `seconds`. */
  async drain(seconds: number): Promise<void> {
    this.after = await this.standing();
    const deadline = Date.now() + seconds * 1_000;
    while (Date.now() < deadline && (await this.lag.read()).unsent > 0) await sleep(LOOK_MS);
  }

  /** Adds the figures of the mirror; returns how it compares with our log. */
  async report(report: BenchReport): Promise<MirrorCheck> {
    const { before, after } = this;
    if (!before || !after) throw new Error('the load was not watched');
    const end = await this.standing();
    const account = await this.account.report();
    const check = checkMirror(await this.log(), account.chats);
    const seconds = (after.at - before.at) / 1_000;
    const requests = after.requests - before.requests;
    report.add('mirror: requests to amoCRM a second', requests / seconds, '1/s', requests);
    const all = account.arrivals.length;
    report.aim('mirror: busiest second', busiestSecond(account.arrivals), { atMost: 6 }, all);
    report.aim('mirror: refused for the rate', account.refusedForRate, { atMost: 0 }, all);
    report.add('mirror: rows queued a second of load', (after.queued - before.queued) / seconds, '1/s', after.queued);
    report.add('mirror: messages mirrored', check.mirrored, 'messages', check.mirrored);
    report.add('mirror: chats with a lead', account.leads, 'chats', account.leads);
    report.aim('mirror: lost', check.lost, { atMost: 0 }, check.mirrored + check.lost);
    report.aim('mirror: duplicated', check.duplicated, { atMost: 0 }, check.mirrored);
    report.aim('mirror: reordered', check.reordered, { atMost: 0 }, check.mirrored);
    report.add('mirror: behind at the end of the load', after.behindSeconds, 's', after.queued);
    report.add('mirror: messages queued after the drain', check.queued, 'messages', check.queued);
    report.add(`mirror: rows queued after the drain, at ${RATE} a second`, end.queued / RATE / 60, 'min', end.queued);
    return check;
  }

  private async standing(): Promise<Standing> {
    const [{ unsent, seconds }, { arrivals }] = [await this.lag.read(), await this.account.report()];
    return { at: Date.now(), requests: arrivals.length, queued: unsent, behindSeconds: seconds };
  }

  /** Our log with the rows that mirror it, chat by chat in order. */
  private async log(): Promise<MirrorRow[]> {
    const { rows } = await this.pool.query<MirrorRow>(
      `select t.chat_id as "chatId", o.id as "outboxId", o.state, t.content->>'text' as text
       from transcript t left join outbox o on o.chat_id = t.chat_id and o.seq = t.seq and o.target = 'crm'
         and o.body->>'type' = 'message'
       order by t.chat_id, t.seq`,
    );
    return rows;
  }
}
