import path from 'node:path';
import { MemorySaver } from '@langchain/langgraph';
import { createDialogGraph, type DialogDeps, type DialogGraph, PhraseBook, RULES_UNDERSTANDER } from '#libs/dialog';
import { DocumentKnowledge } from './document-knowledge.js';
import { InProcessDriver } from './in-process-driver.js';
import type { JobHandler } from './job-handler.js';
import { inProcessJobs } from './job-handlers.js';
import { MemoryCatalogue } from './memory-catalogue.js';
import { StoryPictures } from './story-pictures.js';

/** The moment stories happen at: quarters and «today» do not depend on the day of the run. */
const STORY_NOW = new Date('2026-11-21T09:00:00Z');

/** Everything stories are played in when there is no server: one graph, memory, the demo data. */
export class StoryHouse {
  private chats = 0;
  private readonly pictures = new StoryPictures();

  private constructor(
    private readonly graph: DialogGraph,
    private readonly jobs: Record<string, JobHandler>,
    readonly deps: DialogDeps,
  ) {}

  /** @param dataFolder the repository's `data/` */
  static async open(dataFolder: string): Promise<StoryHouse> {
    const catalogue = await MemoryCatalogue.read(dataFolder);
    const phrases = PhraseBook.load(catalogue.phraseRecords);
    const deps: DialogDeps = {
      understander: RULES_UNDERSTANDER,
      knowledge: await DocumentKnowledge.read(path.join(dataFolder, 'knowledge')),
      catalogue,
      closestStations: async (text) => closest(catalogue, text),
      phrases: () => phrases,
      managers: {
        now: () => STORY_NOW,
        isOpen: () => true,
        nextOpen: (at) => at,
        hours: { opens: 10, closes: 20, days: [1, 2, 3, 4, 5, 6, 7] },
        reminderMinutes: 10,
        waitMinutes: 15,
      },
    };
    return new StoryHouse(createDialogGraph(deps, new MemorySaver()), await inProcessJobs(catalogue, STORY_NOW), deps);
  }

  /** A fresh chat. */
  chat(): InProcessDriver {
    this.chats += 1;
    const jobs = { ...this.jobs, ...this.pictures.handlers() };
    return new InProcessDriver(this.graph, jobs, `story-${this.chats}`, this.pictures);
  }
}

function closest(catalogue: MemoryCatalogue, text: string): string[] {
  const found = catalogue.directory.lookup(text.replace(/^(?:у|на|возле|около|рядом с)\s+/iu, ''));
  if (!found.found) return found.closest;
  return found.stations.length > 1 ? found.stations.map(({ name, line }) => `${name} (${line})`) : [found.name];
}
