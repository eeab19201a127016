// A core process for the chaos test: turn runner and sender over DATABASE_URL, delivering to PEER_URL. Short leases, so
// that a stopped process loses its chats within the test.
import pg from 'pg';
import { createChats } from '#libs/chats';
import { CountingHandler } from './counting-handler.js';
import { PeerSender } from './peer-sender.js';

const { DATABASE_URL, PEER_URL } = process.env;
if (!DATABASE_URL || !PEER_URL) throw new Error('DATABASE_URL and PEER_URL are needed');

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 });
// An idle connection that breaks is replaced by the pool; without a listener it would end the process.
pool.on('error', () => {});
const chats = createChats(
  pool,
  { quietMs: 0, leaseMs: 1_500, sendLeaseMs: 3_000, sweepMs: 100, backoffMs: 50, concurrency: 8 },
  {
    turn: (event) => process.send?.({ turn: event.outcome }),
    send: (event) => process.send?.({ send: event.outcome }),
    failure: (event) => process.send?.({ failure: `${event.where}: ${String(event.error)}` }),
    turnFailed: (event) => process.send?.({ failure: `turn: ${String(event.error)}` }),
  },
);
const runner = chats.createRunner(new CountingHandler(chats.checkpointer));
chats.outbox.register(new PeerSender(PEER_URL));
chats.outbox.start();
runner.start();
process.send?.({ ready: true });
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => {
  void Promise.all([runner.stop(2_000), chats.outbox.stop(2_000)]).then(() => pool.end().then(() => process.exit(0)));
});
