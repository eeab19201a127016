import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { honestModel, type OpenAiFault, OpenAiSimulator } from '#libs/testing';
import type { InProcessDriver } from '../../libs/testing/src/dialogues/in-process-driver.js';
import { playStory } from '../../libs/testing/src/dialogues/player.js';
import { parseStories } from '../../libs/testing/src/dialogues/story.js';
import { ModelHouse } from './model-house.js';

const FOLDER = path.join(import.meta.dirname, '../dialogues');
const STORIES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseStories(path.join(FOLDER, file), readFileSync(path.join(FOLDER, file), 'utf8')));

const FAULTS: OpenAiFault[] = [
  'none',
  'slow',
  'rate-limited',
  'server-error',
  'malformed-json',
  'wrong-schema',
  'cut-stream',
  'stalled-stream',
  'refusal',
  'reset',
];

/** Every story once takes some 10 s, on a machine at work several times that. */
const ALL_STORIES_MS = 240_000;

let house: ModelHouse;
/** What does not hold with no key: nothing, unless `test/dialogues` fails by itself. */
let withoutModel: string[];

beforeAll(async () => {
  house = await ModelHouse.open();
  withoutModel = await playAll(house.bot(null));
}, ALL_STORIES_MS);
afterAll(() => house.close());

async function playAll(bot: () => InProcessDriver): Promise<string[]> {
  const problems: string[] = [];
  for (const story of STORIES) {
    const outcome = await playStory(story, bot());
    problems.push(...outcome.problems.map((problem) => `${story.name}: ${problem}`));
  }
  return problems;
}

describe(`${STORIES.length} stories are the same`, () => {
  it('with no key as with the rules alone: nearly every story holds', () => {
    expect(withoutModel.length).toBeLessThan(STORIES.length / 10);
  });

  it.each(FAULTS)('with a model whose fault is: %s', { timeout: ALL_STORIES_MS }, async (fault) => {
    const simulator = new OpenAiSimulator({ answer: honestModel, slowMs: 1_000 });
    const baseUrl = await simulator.start();
    simulator.fault = fault;
    try {
      const hasNoEnd = fault === 'slow' || fault === 'stalled-stream';
      expect(await playAll(house.bot(baseUrl, hasNoEnd ? 100 : 5_000))).toEqual(withoutModel);
      // A mode in which the model was never asked would prove nothing.
      expect(simulator.journal.length).toBeGreaterThan(0);
    } finally {
      await simulator.stop();
    }
  });
});
