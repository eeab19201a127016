import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { playStory } from '../../libs/testing/src/dialogues/player.js';
import { parseStories } from '../../libs/testing/src/dialogues/story.js';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
let house: StoryHouse;

beforeAll(async () => {
  house = await StoryHouse.open(path.join(folder, '../../data'));
});

describe.each(files)('%s', (file) => {
  const stories = parseStories(path.join(folder, file), readFileSync(path.join(folder, file), 'utf8'));
  it.each(stories.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
    const { problems } = await playStory(story, house.chat());
    expect(problems).toEqual([]);
  });
});
