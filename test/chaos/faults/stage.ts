import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { build } from '../../../ci/build.mjs';
import { isInstalled } from '../../topology/installed.js';
import { type AppName, type AppVariant, Topology, type TopologyOptions } from '../../topology/topology.js';
import { Crowd, type FaultReport } from './crowd.js';
import { PersistentClient } from './persistent-client.js';
import { RestartablePostgres } from './restartable-postgres.js';

const CHATS = 12;
/** Longest wait until nothing is left to do after a fault, ms. */
const SETTLED_MS = 45_000;

/** Whether the programs the faults need are here; says loudly what is skipped when not. */
export function isStageInstalled(): boolean {
  const missing = ['nginx', 'redis-server'].filter((program) => !isInstalled(program));
  if (missing.length > 0) console.warn(`SKIPPED: test/chaos/faults needs ${missing.join(' and ')} (apt-get install)`);
  return missing.length === 0;
}

/** The production stack as processes with clients talking to it, for something to go wrong. */
export class FaultStage {
  private constructor(
    readonly postgres: RestartablePostgres,
    readonly topology: Topology,
    readonly client: PersistentClient,
    readonly crowd: Crowd,
  ) {}

  /** 2 core, 2 external-api, 1 worker behind nginx on Redis and a PostgreSQL that can be stopped. */
  static async start({
    chats = CHATS,
    ...options
  }: Partial<TopologyOptions> & { chats?: number } = {}): Promise<FaultStage> {
    await build();
    const postgres = await RestartablePostgres.start();
    let topology: Topology | undefined;
    try {
      topology = await Topology.start({
        databaseUrl: postgres.url,
        cores: 2,
        apis: 2,
        workers: 1,
        redis: true,
        nginx: true,
        // No conversation here sends a picture: a worker without models starts in seconds.
        environment: { WORKER_QUEUES: 'calculator,analog-search' },
        ...options,
      });
      mkdirSync(path.join(topology.directory, 'data'), { recursive: true });
      const issued = await topology.command('apps/external-api/src/cli/keys', [
        'issue',
        '--name=faults',
        '--scopes=chats,manage,services',
        '--rate-limit=60000',
      ]);
      const key = /^key: (\S+)$/m.exec(issued)?.[1] ?? '';
      const client = new PersistentClient(topology.url, key);
      const crowd = new Crowd(client, chats);
      await crowd.rehearse();
      return new FaultStage(postgres, topology, client, crowd);
    } catch (error) {
      await topology?.stop();
      await postgres.destroy();
      throw error;
    }
  }

  /** Lets the crowd talk through the fault and prints one line about it; nothing may be left undone. */
  async survive(name: string, title: string, fault: () => Promise<void>): Promise<FaultReport & { leftovers: object }> {
    const report = await this.crowd.talkThrough(name, fault);
    const leftovers = await this.leftovers();
    const { sent, lost, duplicated, reordered, refused, statuses } = report;
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
    process.stdout.write(
      `fault: ${title}: sent ${sent}, lost ${lost}, duplicated ${duplicated}, reordered ${reordered}, ` +
        `recovery ${seconds(report.recoveryMs)}, longest silence ${seconds(report.silenceMs)}, ` +
        `attempts refused ${refused}${refused ? ` ${JSON.stringify(statuses)}` : ''}\n`,
    );
    return { ...report, leftovers };
  }

  /** Starts these in place of all running processes of the app; the old ones end some time after the new ones are ready. */
  async replace(app: AppName, variants: readonly AppVariant[], sideBySideMs = 0): Promise<void> {
    const old = this.topology.of(app);
    await Promise.all(variants.map((variant) => this.topology.startApp(app, variant)));
    await sleep(sideBySideMs);
    if (app === 'external-api') {
      const leaving = new Set(old.map(({ address }) => address));
      await this.topology.nginx?.reload(this.topology.addresses(app).filter((address) => !leaving.has(address)));
    }
    await Promise.all(old.map(({ server }) => server.end('SIGTERM')));
  }

  /** Turns committed under a fencing token that is not above that of the chat's turn before: two workers had the chat. */
  async overlappingTurns(): Promise<number> {
    const database = new pg.Client({ connectionString: this.postgres.url });
    await database.connect();
    try {
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::int as count from (select fence, lag(fence) over (partition by chat_id order by turn) as before from turns) t
         where fence <= before`,
      );
      return rows[0]?.count ?? -1;
    } finally {
      await database.end();
    }
  }

  /** Work the database still holds when it has had its time, and gaps in what it stored: all 0. */
  async leftovers(): Promise<Record<string, number>> {
    const database = new pg.Client({ connectionString: this.postgres.url });
    await database.connect();
    try {
      const deadline = Date.now() + SETTLED_MS;
      for (;;) {
        const { rows } = await database.query<Record<string, number>>(
          `select (select count(*) from inbox where done_turn is null)::int as unread,
             (select count(*) from outbox where state = 'pending')::int as unsent,
             (select count(*) from outbox o where o.target = 'job' and not exists (select from inbox i
                where i.chat_id = o.chat_id and i.kind = 'job' and i.external_id = o.id))::int as "unansweredJobs",
             (select count(*) from dead_letters where replayed_at is null)::int as "deadLetters",
             (select count(*) from chats c where c.last_seq <> (select count(*) from transcript t where t.chat_id = c.id))::int
               as "chatsWithGaps",
             (select count(*) from chats c where c.turn <> (select count(*) from turns t where t.chat_id = c.id))::int
               as "chatsWithLostTurns"`,
        );
        const [row = {}] = rows;
        if (Object.values(row).every((count) => count === 0) || Date.now() > deadline) return row;
        await sleep(200);
      }
    } finally {
      await database.end();
    }
  }

  async stop(): Promise<void> {
    await this.topology.stop();
    await this.postgres.destroy();
  }
}

/** What every fault has to end with. */
export const WHOLE = {
  lost: 0,
  duplicated: 0,
  reordered: 0,
  differences: [],
  leftovers: { unread: 0, unsent: 0, unansweredJobs: 0, deadLetters: 0, chatsWithGaps: 0, chatsWithLostTurns: 0 },
};
