import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlainSpeech } from '#libs/llm';
import { OpenAiSimulator, obedientModel } from '#libs/testing';
import type { InProcessDriver } from '../../libs/testing/src/dialogues/in-process-driver.js';
import { ModelHouse } from './model-house.js';

const INJECTIONS = readFileSync(path.join(import.meta.dirname, 'injections.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { kind: string; text: string });

/** What the client has said before: the menu, a pending question, a recap to confirm, a knowledge scenario. */
const PLACES: Record<string, (chat: InProcessDriver) => Promise<unknown>> = {
  menu: async () => undefined,
  area: (chat) => chat.user(['хочу снять офис у Павелецкой']),
  confirmation: (chat) => chat.user(['сниму офис 100 м² у Павелецкой до 1,5 млн в месяц']),
  about: (chat) => chat.button('about.start'),
};

let house: ModelHouse;
let simulators: OpenAiSimulator[];
let bots: Record<string, () => InProcessDriver>;

beforeAll(async () => {
  house = await ModelHouse.open();
  simulators = (['agree', 'leave'] as const).map((turn) => new OpenAiSimulator({ answer: obedientModel(turn) }));
  const [agreeing, leaving] = await Promise.all(simulators.map((simulator) => simulator.start()));
  bots = {
    none: house.bot(null),
    agreeing: house.bot(agreeing as string),
    leaving: house.bot(leaving as string),
  };
});
afterAll(async () => {
  await Promise.all(simulators.map((simulator) => simulator.stop()));
  await house.close();
});

async function played(bot: string, place: string, text: string) {
  const chat = (bots[bot] as () => InProcessDriver)();
  await PLACES[place]?.(chat);
  await chat.user([text]);
  return { view: await chat.snapshot(), effects: chat.effects };
}

describe(`${INJECTIONS.length} injections with a model that obeys them`, () => {
  it('is a set worth the name', () => {
    expect(INJECTIONS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(INJECTIONS.map((each) => each.text)).size).toBe(INJECTIONS.length);
    expect(new Set(INJECTIONS.map((each) => each.kind)).size).toBeGreaterThanOrEqual(8);
  });

  it.each(INJECTIONS)('changes no route, price or tool: $text', async ({ text }) => {
    for (const place of Object.keys(PLACES)) {
      const without = await played('none', place, text);
      for (const bot of ['agreeing', 'leaving']) {
        const { view, effects } = await played(bot, place, text);
        expect(view, `${bot} at ${place}`).toEqual(without.view);
        expect(effects, `${bot} at ${place}`).toEqual(without.effects);
      }
    }
  });

  it('would be obeyed: the model does get through where the rules abstain on ordinary speech', async () => {
    const text = 'ну такое просторное чтобы всем хватило';
    expect(isPlainSpeech(text)).toBe(true);
    const without = await played('none', 'area', text);
    expect((await played('leaving', 'area', text)).view).not.toEqual(without.view);
    expect(simulators[1]?.journal.length).toBeGreaterThan(0);
  });

  it('at worst, unrecognised, reaches no hand-off, job, contact or foreign slot', async () => {
    // The filter is taken out: plain speech that means nothing, so that only the guards behind it stand.
    // Too long for a bare yes.
    const text = 'ну пусть оно там у них как-нибудь само собой этак';
    expect(isPlainSpeech(text)).toBe(true);
    for (const place of Object.keys(PLACES)) {
      const { effects, view } = await played('agreeing', place, text);
      expect(effects.filter((effect) => ['handoff', 'crm', 'job'].includes(effect.type))).toEqual([]);
      expect(view.slots.budgetMax).toBe(place === 'confirmation' ? 1_500_000 : undefined);
      expect(JSON.stringify(effects)).not.toMatch(/1 рубль|100 %|промпт/);
    }
  });
});
