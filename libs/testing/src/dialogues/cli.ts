import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { playStory } from './player.js';
import { parseStories, type Story, StoryError } from './story.js';
import { StoryHouse } from './story-house.js';

// `npm run -s dialogues -- [files…]`: plays dialogue stories against the bot, one line a story; exits 1 on a failure.
const root = path.resolve(import.meta.dirname, '../../../../..');

async function storyFiles(named: readonly string[]): Promise<string[]> {
  if (named.length > 0) return named.map((file) => path.resolve(file));
  const folder = path.join(root, 'test/dialogues');
  return (await readdir(folder))
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

async function main(): Promise<number> {
  const stories: Story[] = [];
  for (const file of await storyFiles(process.argv.slice(2)))
    stories.push(...parseStories(path.relative(process.cwd(), file), await readFile(file, 'utf8')));
  const house = await StoryHouse.open(path.join(root, 'data'));
  let failed = 0;
  for (const story of stories) {
    const outcome = await playStory(story, house.chat());
    if (!outcome.passed) failed += 1;
    console.log(`${outcome.passed ? 'ok  ' : 'FAIL'} ${story.file}: ${story.name}`);
    for (const problem of outcome.problems) console.log(`       ${problem}`);
  }
  console.log(`${stories.length - failed} passed, ${failed} failed`);
  return failed > 0 || stories.length === 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StoryError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
