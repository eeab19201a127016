import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Chats, createChats } from '#libs/chats';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { CoreFleet } from './core-fleet.js';
import { RecordingPeer } from './recording-peer.js';

const CHATS = 200;
const MESSAGES = 8;
const KILLS = 30;
const FREEZES = 4;
/** Longer than both leases of core-process.ts. */
const FREEZE_MS = 3_500;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The same sequence of pseudo-random numbers in every run (mulberry32). */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Compares what was said with what had to be said, by message ids. */
function audit(expected: string[], actual: string[]): { lost: number; duplicated: number; reordered: number } {
  const seen = new Set(actual);
  const firsts = [...seen].filter((text) => expected.includes(text));
  const order = expected.filter((text) => seen.has(text));
  return {
    lost: expected.filter((text) => !seen.has(text)).length,
    duplicated: actual.length - seen.size,
    reordered: firsts.filter((text, index) => text !== order[index]).length,
  };
}

describe('core processes killed and frozen under load', () => {
  let database: TestDatabase;
  let chats: Chats;
  let fleet: CoreFleet;
  const peer = new RecordingPeer();

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'), { max: 10 });
    await migrate(database.pool);
    chats = createChats(database.pool);
    fleet = new CoreFleet(2, { DATABASE_URL: database.url, PEER_URL: await peer.start() });
    await fleet.start();
  });
  afterAll(async () => {
    await fleet?.stop();
    await peer.stop();
    await database?.drop();
  });

  it('loses, doubles and reorders nothing', { timeout: 120_000 }, async () => {
    const started = Date.now();
    const random = randomSource(20_261);
    let mayhem = true;
    let duplicates = 0;
    // Half of the chats read the transcript themselves (rest), half are sent to (peer).
    const channelOf = (chat: number) => (chat % 2 ? 'peer' : 'rest');
    const client = async (chat: number) => {
      const chatId = `${channelOf(chat)}:c${chat}`;
      for (let message = 0; message < MESSAGES; message += 1) {
        await pause(400 + random() * 4_000);
        const incoming = { chatId, channel: channelOf(chat), id: `m${message}`, text: `сообщение ${message}` };
        await chats.store.ingestClientMessage(incoming);
        // A provider that got no answer in time delivers again.
        if (random() < 0.1 && (await chats.store.ingestClientMessage(incoming)).duplicate) duplicates += 1;
      }
    };
    const destroyer = async () => {
      for (let round = 0; round < KILLS || mayhem; round += 1) {
        await pause(50 + random() * 350);
        const index = random() < 0.5 ? 0 : 1;
        if (round % Math.ceil(KILLS / FREEZES) === 3) {
          await Promise.all([fleet.freeze(index, FREEZE_MS), fleet.kill(1 - index)]);
        } else await fleet.kill(index);
      }
    };
    const ruin = destroyer();
    await Promise.all(Array.from({ length: CHATS }, (_, chat) => client(chat)));
    mayhem = false;
    await ruin;
    peer.calm = true;
    await expect
      .poll(async () => ((lag) => lag.unread + lag.unsent)(await chats.store.lag()), { timeout: 40_000, interval: 100 })
      .toBe(0);

    const total = { lost: 0, duplicated: 0, reordered: 0 };
    const add = (part: typeof total) => {
      for (const key of ['lost', 'duplicated', 'reordered'] as const) total[key] += part[key];
    };
    const delivered = new Map<string, string[]>();
    for (const delivery of peer.deliveries) {
      delivered.set(delivery.chatId, [...(delivered.get(delivery.chatId) ?? []), delivery.text]);
    }
    for (let chat = 0; chat < CHATS; chat += 1) {
      const chatId = `${channelOf(chat)}:c${chat}`;
      const expected = Array.from({ length: MESSAGES }, (_, message) => `${message + 1}:m${message}`);
      const transcript = await chats.store.transcript(chatId, 0, 500);
      expect(transcript.map((line) => line.seq)).toEqual(transcript.map((_, index) => index + 1));
      expect(transcript.filter((line) => line.author === 'client')).toHaveLength(MESSAGES);
      add(
        audit(
          expected,
          transcript.filter((line) => line.author === 'bot').map((line) => line.text),
        ),
      );
      if (channelOf(chat) === 'peer') add(audit(expected, delivered.get(chatId) ?? []));
    }
    const letters = await chats.deadLetters.list();
    process.stdout.write(
      `chaos: ${CHATS} chats, ${CHATS * MESSAGES} messages, ${fleet.kills} kills -9, ${fleet.stops} freezes of ${FREEZE_MS} ms, ` +
        `${duplicates} repeated deliveries in, peer: ${peer.deliveries.length} recorded, ${peer.refused} refused, ` +
        `${peer.cut} cut after recording, ${peer.absorbed} repeated keys; lost ${total.lost}, duplicated ${total.duplicated}, ` +
        `reordered ${total.reordered}; ${Math.round((Date.now() - started) / 1_000)} s\n` +
        `outcomes: ${JSON.stringify(Object.fromEntries([...fleet.outcomes].sort()))}\n`,
    );
    expect(fleet.failures.filter((failure) => failure.startsWith('turn:') && !failure.includes('closed'))).toEqual([]);
    expect(letters).toEqual([]);
    expect(fleet.kills).toBeGreaterThanOrEqual(KILLS);
    expect(total).toEqual({ lost: 0, duplicated: 0, reordered: 0 });
  });
});
