import path from 'node:path';
import { MemorySaver } from '@langchain/langgraph';
import { inject } from 'vitest';
import { createDialogGraph, type DialogDeps } from '#libs/dialog';
import { KnowledgeBase, seedDocuments } from '#libs/knowledge';
import { CascadeUnderstander, LlmGateway, MemorySpendLedger, OpenAiEmbedder } from '#libs/llm';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { InProcessDriver } from '../../libs/testing/src/dialogues/in-process-driver.js';
import type { JobHandler } from '../../libs/testing/src/dialogues/job-handler.js';
import { inProcessJobs } from '../../libs/testing/src/dialogues/job-handlers.js';
import { MemoryCatalogue } from '../../libs/testing/src/dialogues/memory-catalogue.js';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';
import { StoryPictures } from '../../libs/testing/src/dialogues/story-pictures.js';

const DATA = path.join(import.meta.dirname, '../../data');
const NOW = new Date('2026-11-21T09:00:00Z');

/** The dialog as it runs in production, with the cascade and the knowledge base in Postgres; only the chats live in memory. */
export class ModelHouse {
  private chats = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly deps: DialogDeps,
    private readonly jobs: Record<string, JobHandler>,
  ) {}

  static async open(): Promise<ModelHouse> {
    const database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    await seedDocuments(database.pool, path.join(DATA, 'knowledge'));
    const { deps } = await StoryHouse.open(DATA);
    return new ModelHouse(database, deps, await inProcessJobs(await MemoryCatalogue.read(DATA), NOW));
  }

  /** Makes chats of one bot: with the model at `baseUrl`, or without any. */
  bot(baseUrl: string | null, timeoutMs = 5_000): () => InProcessDriver {
    const graph = createDialogGraph(this.depsWith(baseUrl, timeoutMs), new MemorySaver());
    return () => {
      this.chats += 1;
      const pictures = new StoryPictures();
      const jobs = { ...this.jobs, ...pictures.handlers() };
      return new InProcessDriver(graph, jobs, `model-${this.chats}`, pictures);
    };
  }

  /** What the dialog of such a bot depends on; `embeddings`: the endpoint embeds, too. */
  depsWith(baseUrl: string | null, timeoutMs = 5_000, embeddings = false): DialogDeps {
    const gateway = baseUrl === null ? null : gatewayTo(baseUrl, timeoutMs);
    const embedder =
      baseUrl !== null && embeddings
        ? new OpenAiEmbedder({ apiKey: 'test-key', baseUrl, model: 'stems', timeoutMs })
        : null;
    return {
      ...this.deps,
      understander: new CascadeUnderstander(gateway),
      knowledge: new KnowledgeBase(this.pool, { gateway, embedder }),
    };
  }

  get pool(): TestDatabase['pool'] {
    return this.database.pool;
  }

  close(): Promise<void> {
    return this.database.drop();
  }
}

function gatewayTo(baseUrl: string, timeoutMs: number): LlmGateway {
  const settings = {
    apiKey: 'test-key',
    baseUrl,
    model: 'simulated',
    timeoutMs,
    dailyBudgetKopecks: 1_000_000,
    inputRubPerMillion: 40,
    outputRubPerMillion: 160,
  };
  return new LlmGateway(settings, new MemorySpendLedger(), { sleep: async () => undefined });
}
