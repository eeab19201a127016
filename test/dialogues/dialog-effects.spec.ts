import path from 'node:path';
import { MemorySaver } from '@langchain/langgraph';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatEvent, Effect, JsonValue, Owner } from '#libs/chats';
import { createDialogGraph, type DialogGraph, type DialogState, runTurn } from '#libs/dialog';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';

let house: StoryHouse;
let sequence = 0;

beforeAll(async () => {
  house = await StoryHouse.open(path.join(import.meta.dirname, '../../data'));
});

/** A chat whose jobs the test answers itself. */
function chat() {
  sequence += 1;
  const chatId = `effects-${sequence}`;
  const saver = new MemorySaver();
  const graph: DialogGraph = createDialogGraph(house.deps, saver);
  let owner: Owner = 'bot';
  const turn = async (...events: ChatEvent[]) => {
    const output = await runTurn(graph, { chatId, events, owner });
    if (output.effects.some((effect) => effect.type === 'handoff')) owner = 'manager';
    return output;
  };
  const id = () => {
    sequence += 1;
    return { id: `e${sequence}`, at: '2026-11-21T09:00:00.000Z' };
  };
  return {
    turn,
    say: (text: string) => turn({ kind: 'client', ...id(), text }),
    press: (button: string) => turn({ kind: 'client', ...id(), button }),
    text: (text: string): ChatEvent => ({ kind: 'client', ...id(), text }),
    job: (name: string, result: unknown): ChatEvent => ({
      kind: 'job',
      ...id(),
      jobId: 'j',
      name,
      status: 'completed',
      result: result as JsonValue,
    }),
    failed: (name: string, code: string, detail = ''): ChatEvent => ({
      kind: 'job',
      ...id(),
      jobId: 'j',
      name,
      status: 'failed',
      problem: { code, detail },
    }),
    timer: (): ChatEvent => ({ kind: 'timer', ...id(), name: 'progress' }),
    state: async () => (await graph.getState({ configurable: { thread_id: chatId } })).values as DialogState,
  };
}

const texts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'reply' ? [effect.message.text] : []));
const kinds = (effects: readonly Effect[]) => effects.map((effect) => effect.type);

const SEARCH = 'сниму офис 100 м² у Павелецкой до 1,5 млн в месяц';

describe('jobs of the dialog', () => {
  it('asks for a search with the conditions and a word of progress, which the result cancels', async () => {
    const c = chat();
    await c.say(SEARCH);
    const { effects, view } = await c.press('search.confirm');
    expect(view.step).toBe('working');
    expect(effects.find((effect) => effect.type === 'job')).toEqual({
      type: 'job',
      name: 'search',
      payload: {
        criteria: {
          deal: 'rent',
          kind: 'office',
          stations: ['Павелецкая'],
          areaMin: 90,
          areaMax: 110,
          budgetMax: 1_500_000,
          budgetPeriod: 'month',
        },
        limit: 30,
      },
    });
    expect(effects).toContainEqual({ type: 'timer', name: 'progress', afterMs: 3000 });
    expect(texts(effects)).toEqual([]);
    expect(texts((await c.turn(c.timer())).effects).join()).toMatch(/готовлю/i);
    const done = await c.turn(c.job('search', { total: 0, hits: [], relaxations: [] }));
    expect(done.effects).toContainEqual({ type: 'cancel-timer', name: 'progress' });
    expect(done.view.step).toBe('empty');
    expect(texts((await c.turn(c.timer())).effects)).toEqual([]);
  });

  it('drops the result of a request that a correction has replaced', async () => {
    const c = chat();
    await c.say(SEARCH);
    await c.press('search.confirm');
    const corrected = await c.say('площадь не 100, а 300');
    expect(corrected.effects.filter((effect) => effect.type === 'job')).toHaveLength(1);
    const old = await c.turn(c.job('search', { total: 0, hits: [], relaxations: [] }));
    expect(old.view.step).toBe('working');
    expect(texts(old.effects)).toEqual([]);
    const fresh = await c.turn(c.job('search', { total: 0, hits: [], relaxations: [] }));
    expect(fresh.view.step).toBe('empty');
  });

  it('ignores a late result when the client has left', async () => {
    const c = chat();
    await c.say(SEARCH);
    await c.press('search.confirm');
    await c.say('меню');
    const late = await c.turn(c.job('search', { total: 0, hits: [], relaxations: [] }));
    expect(texts(late.effects)).toEqual([]);
    expect(late.view.scenario).toBe('menu');
  });

  it('says humanly that a job failed and tries again on request', async () => {
    const c = chat();
    await c.say(SEARCH);
    await c.press('search.confirm');
    const failed = await c.turn(c.failed('search', 'ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1'));
    expect(texts(failed.effects).join()).toMatch(/не получилось/i);
    expect(texts(failed.effects).join()).not.toContain('10.0.0.1');
    const retried = await c.press('search.retry');
    expect(kinds(retried.effects)).toContain('job');
  });

  it('offers the closest stations when the worker knows no such station', async () => {
    const c = chat();
    await c.say('оцени офис 200 м² у Тульской, 5 минут пешком, класс А, аренда');
    await c.press('valuation.confirm');
    const failed = await c.turn(c.failed('valuation', 'UNKNOWN_STATION', 'Не знаю станцию.'));
    expect(failed.view.step).toBe('station');
    const picked = await c.press('valuation.pick:0');
    expect(picked.view.step).not.toBe('station');
  });
});

describe('hand-off and contact', () => {
  it('says farewell, then hands over with everything collected, and nothing after it', async () => {
    const c = chat();
    await c.say(SEARCH);
    const { effects } = await c.turn(c.text('позовите менеджера'));
    const handoff = effects.findIndex((effect) => effect.type === 'handoff');
    expect(effects[handoff]).toMatchObject({ recap: expect.stringContaining('Павелецкая') });
    expect(texts(effects)).toHaveLength(1);
    expect(effects.slice(handoff + 1).some((effect) => effect.type === 'reply')).toBe(false);
    expect(kinds((await c.say('алло')).effects)).toEqual([]);
  });

  it('passes the contact to the CRM once it is confirmed, not before', async () => {
    const c = chat();
    const early = await c.say('меня зовут Иван, телефон 8 916 123-45-67');
    expect(early.effects.some((effect) => effect.type === 'crm' && effect.name === 'contact')).toBe(false);
    await c.press('contact.skip:time');
    await c.press('contact.skip:comment');
    const { effects } = await c.press('contact.confirm');
    expect(effects).toContainEqual({ type: 'crm', name: 'contact', data: { name: 'Иван', phone: '+79161234567' } });
    expect(effects.flatMap((effect) => (effect.type === 'crm' ? [effect.name] : []))).toEqual([
      'contact',
      'stage',
      'note',
      'task',
    ]);
    const again = await c.press('contact.confirm');
    expect(again.effects.some((effect) => effect.type === 'crm')).toBe(false);
  });
});

describe('state of the dialog', () => {
  it('stays bounded over 300 turns', async () => {
    const c = chat();
    const script = [
      SEARCH,
      'шаг назад',
      'до 2 млн в месяц',
      'площадь не 100, а 200',
      'как дела у соседей?',
      'бла',
      'нет',
      '150 метров',
    ];
    let early = 0;
    for (let index = 0; index < 300; index += 1) {
      await c.say(script[index % script.length] as string);
      if (index === 47) early = JSON.stringify(await c.state()).length;
    }
    const late = JSON.stringify(await c.state()).length;
    expect(late).toBeLessThan(early * 1.3);
    expect(late).toBeLessThan(16_000);
  });

  it('is plain JSON', async () => {
    const c = chat();
    await c.say(SEARCH);
    const state = await c.state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
