import { MemorySaver } from '@langchain/langgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createChats } from '#libs/chats';
import { createDialogGraph, runTurn, type TurnOutput } from '#libs/dialog';
import { NOTHING_UNDERSTOOD, OpenAiSimulator } from '#libs/testing';
import { createDialogHandler } from '../../apps/core/src/dialog-handler.js';
import { ModelHouse } from './model-house.js';

/** The rules find nothing in it: the model is asked what it means, then for its vector, then for an answer. */
const QUESTION = 'а парковка у вас просторная?';
/** Beyond the patience of any test: only the turn's own time can end a call. */
const ENDLESS_MS = 600_000;
const POLL = { timeout: 20_000 };

let house: ModelHouse;
const simulator = new OpenAiSimulator({ answer: () => NOTHING_UNDERSTOOD });
let baseUrl: string;

beforeAll(async () => {
  house = await ModelHouse.open();
  baseUrl = await simulator.start();
});
afterAll(async () => {
  await simulator.stop();
  await house.close();
});
beforeEach(() => {
  simulator.fault = 'stalled-stream';
  simulator.script.length = 0;
  simulator.journal.length = 0;
});

/** One turn of a new chat that asks the question. */
function play(model: string | null, signal = new AbortController().signal): Promise<TurnOutput> {
  const graph = createDialogGraph(house.depsWith(model, ENDLESS_MS, true), new MemorySaver());
  const events = [{ kind: 'client' as const, id: 'm-1', at: '2026-11-21T09:00:00Z', text: QUESTION }];
  return runTurn(graph, { chatId: 'time', events, owner: 'bot', scope: { signal, draft: () => {} } });
}

const timeIsOver = () => new DOMException('the time is over', 'TimeoutError');
const asked = () => simulator.journal.map(({ embeddings }) => (embeddings ? 'vector' : 'chat'));

describe('the time that the model calls of one turn share', () => {
  it('is worth the name: the turn makes three calls', async () => {
    simulator.fault = 'none';
    await play(baseUrl);
    expect(asked()).toEqual(['chat', 'vector', 'chat']);
  });

  it.each([1, 2, 3])('used up in call %i ends it, and the bot goes on by rules', async (call) => {
    for (let honest = 1; honest < call; honest += 1) simulator.script.push('none');
    const time = new AbortController();
    const turn = play(baseUrl, time.signal);
    await expect.poll(() => simulator.journal.length, POLL).toBe(call);
    time.abort(timeIsOver());
    expect(await turn).toEqual(await play(null));
    // No retry, and none of the calls that would have come after it.
    expect(asked()).toHaveLength(call);
  });

  it('used up before the first call asks nothing', async () => {
    const time = new AbortController();
    time.abort(timeIsOver());
    expect(await play(baseUrl, time.signal)).toEqual(await play(null));
    expect(simulator.journal).toEqual([]);
  });

  it('is kept by the turns of the core: a dead model delays a reply by it and no more', async () => {
    const chats = createChats(house.pool, { quietMs: 0, sweepMs: 100 });
    const deps = house.depsWith(baseUrl, ENDLESS_MS, true);
    const runner = await chats.createRunner(createDialogHandler(deps, await chats.openCheckpointer(), 300));
    runner.start();
    onTestFinished(() => runner.stop());
    await chats.store.ingestClientMessage({ chatId: 'rest:k:time', channel: 'rest', id: 'm-1', text: QUESTION });
    const { done, replies } = await chats.store.waitForReplies('rest:k:time', 'm-1', POLL.timeout);
    const [reply] = (await play(null)).effects.filter(({ type }) => type === 'reply');
    expect(done).toBe(true);
    expect(replies[0]).toMatchObject({ text: reply?.type === 'reply' ? reply.message.text : '' });
  });
});
