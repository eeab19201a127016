// `npm run amocrm:rate [-- --chats 500 --rounds 1 --processes 2]`: the rate of the mirror under many chats, on a PostgreSQL of its own.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '#libs/platform';
import { startThrowawayPostgres } from '../bench/throwaway-postgres.js';
import { measureRate } from './amocrm-rate.js';

const MAX_CHATS = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      chats: { type: 'string', default: '500' },
      rounds: { type: 'string', default: '1' },
      processes: { type: 'string', default: '2' },
    },
  });
  const whole = (text: string, most: number) => Math.min(most, Math.max(1, Math.floor(Number(text)) || 1));
  const postgres = await startThrowawayPostgres();
  const pool = createPool({ url: postgres.url, max: 6 });
  try {
    const chats = whole(values.chats, MAX_CHATS);
    const counts = await measureRate({
      chats,
      rounds: whole(values.rounds, 20),
      processes: whole(values.processes, 8),
      databaseUrl: postgres.url,
      pool,
      processFile: path.join(import.meta.dirname, 'amocrm-process.js'),
      limitMs: chats * 10_000,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    const { busiestSecond, refusedForRate, lost, doubled, reordered } = counts;
    if (busiestSecond >= 7 || refusedForRate + lost + doubled + reordered > 0) process.exitCode = 1;
  } finally {
    await pool.end();
    await postgres.stop();
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
