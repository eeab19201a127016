import path from 'node:path';
import type { MessageContent } from '#libs/chats';
import type { DialogDriver } from './driver.js';
import { unmet } from './expectation.js';
import type { Story, StoryStep } from './story.js';

export interface StoryOutcome {
  story: Story;
  passed: boolean;
  /** The first step that failed and why; empty when the story passed. */
  problems: string[];
}

/** Plays a story to its end or to its first failed expectation. */
export async function playStory(story: Story, driver: DialogDriver): Promise<StoryOutcome> {
  let said: MessageContent[] = [];
  for (const [index, step] of story.steps.entries()) {
    if (step.kind !== 'bot') {
      said = await act(step, driver, path.dirname(story.file));
      continue;
    }
    const problems = unmet(step.expected, said, await driver.snapshot());
    if (problems.length > 0)
      return { story, passed: false, problems: problems.map((problem) => `step ${index + 1}: ${problem}`) };
  }
  return { story, passed: true, problems: [] };
}

function act(
  step: Exclude<StoryStep, { kind: 'bot' }>,
  driver: DialogDriver,
  folder: string,
): Promise<MessageContent[]> {
  switch (step.kind) {
    case 'user':
      return driver.user([step.text]);
    case 'burst':
      return driver.user(step.texts);
    case 'button':
      return driver.button(step.payload);
    case 'photo':
      return driver.photo(step.caption);
    case 'image':
      return driver.images(
        step.files.map((file) => path.resolve(folder, file)),
        step.caption,
      );
    case 'manager':
      return driver.manager(step.text);
    case 'owner':
      return driver.owner(step.owner);
    case 'timer':
      return driver.timer(step.name, step.data);
    case 'edit':
      return driver.edit(step.before, step.text);
  }
}
