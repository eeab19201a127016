import { type Catalogue, StationDirectory } from '#libs/estates';
import type { ChatsHost } from '#libs/hosting';
import { KnowledgeBase } from '#libs/knowledge';
import { CascadeUnderstander, LlmGateway, PostgresSpendLedger } from '#libs/llm';
import type { OpenedPlatform } from '#libs/platform';
import { JobQueue, LatestJobs, QUEUE_NAMES } from '#libs/queues';
import { createDialogHandler } from './dialog-handler.js';
import { JobSender } from './job-sender.js';
import { CurrentPhrases } from './phrases.js';

/** The "core bot" in a process: runs turns of the dialog graph and sends their jobs to the workers. */
export async function openCore(platform: OpenedPlatform, host: ChatsHost, catalogue: Catalogue): Promise<void> {
  const { pool, clock, logger, shutdown, metrics } = platform;
  const gateway = openGateway(platform);
  const phrases = await CurrentPhrases.open(catalogue, clock, logger);
  const stations = new StationDirectory(await catalogue.stations());
  const handler = createDialogHandler(
    {
      understander: new CascadeUnderstander(gateway),
      knowledge: new KnowledgeBase(pool, { gateway }),
      catalogue,
      closestStations: async (text) => {
        const found = stations.lookup(text);
        return found.found ? [found.name] : found.closest;
      },
      phrases: () => phrases.current(),
    },
    host.chats,
  );
  host.serveTurns(handler);
  const jobs = new JobQueue(host.backend);
  shutdown.add('job queues', () => jobs.close());
  host.chats.outbox.register(new JobSender(jobs, new LatestJobs(pool), host.chats.store));
  metrics.addCollector(async () => {
    const depth = await jobs.depth();
    for (const queue of QUEUE_NAMES) metrics.queueDepth.set({ queue }, depth[queue]);
  });
}

function openGateway({ config, pool, metrics }: OpenedPlatform): LlmGateway | null {
  const { apiKey, baseUrl, model, timeoutMs, dailyBudgetRub, inputRubPerMillion, outputRubPerMillion } = config.llm;
  if (!apiKey) return null;
  return new LlmGateway(
    {
      apiKey,
      ...(baseUrl ? { baseUrl } : {}),
      model,
      timeoutMs,
      dailyBudgetKopecks: Math.round(dailyBudgetRub * 100),
      inputRubPerMillion,
      outputRubPerMillion,
    },
    new PostgresSpendLedger(pool),
    {
      onCall: ({ purpose, outcome, inputTokens, outputTokens, kopecks }) => {
        metrics.modelCalls.inc({ purpose, outcome });
        metrics.modelTokens.inc({ direction: 'input' }, inputTokens);
        metrics.modelTokens.inc({ direction: 'output' }, outputTokens);
        metrics.modelKopecks.inc(kopecks);
      },
    },
  );
}
