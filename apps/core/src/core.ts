import type { ManagersDuty } from '#libs/dialog';
import { type Catalogue, StationDirectory } from '#libs/estates';
import type { ChatsHost } from '#libs/hosting';
import { KnowledgeBase } from '#libs/knowledge';
import { CascadeUnderstander } from '#libs/llm';
import { type OpenedPlatform, WorkHours } from '#libs/platform';
import { JobQueue, JobResults, LatestJobs, QUEUE_NAMES } from '#libs/queues';
import { LabelStore } from '#libs/vision/intake';
import { createDialogHandler } from './dialog-handler.js';
import { JobSender } from './job-sender.js';
import { LabelSender } from './label-sender.js';
import { LostJobs } from './lost-jobs.js';
import { openModel } from './model.js';
import { CurrentPhrases } from './phrases.js';

/** The "core bot" in a process: runs turns of the dialog graph and sends their jobs to the workers. */
export async function openCore(platform: OpenedPlatform, host: ChatsHost, catalogue: Catalogue): Promise<void> {
  const { pool, clock, logger, shutdown, metrics } = platform;
  const { gateway, embedder } = openModel(platform);
  const phrases = await CurrentPhrases.open(catalogue, clock, logger);
  const stations = new StationDirectory(await catalogue.stations());
  const handler = createDialogHandler(
    {
      understander: new CascadeUnderstander(gateway),
      knowledge: new KnowledgeBase(pool, { gateway, embedder }),
      catalogue,
      closestStations: async (text) => {
        const found = stations.lookup(text);
        return found.found ? [found.name] : found.closest;
      },
      phrases: () => phrases.current(),
      managers: managersDuty(platform),
    },
    await host.chats.openCheckpointer(),
    platform.config.llm.turnTimeoutMs,
  );
  host.serveTurns(handler);
  const jobs = new JobQueue(host.backend);
  shutdown.add('job queues', () => jobs.close());
  host.chats.outbox.register(new JobSender(jobs, new LatestJobs(pool), host.chats.store));
  host.chats.outbox.register(new LabelSender(new LabelStore(pool)));
  const lost = new LostJobs(pool, jobs, new JobResults(pool), logger);
  lost.start();
  shutdown.add('lost jobs', () => lost.stop());
  metrics.addCollector(async () => {
    const depth = await jobs.depth();
    for (const queue of QUEUE_NAMES) metrics.queueDepth.set({ queue }, depth[queue]);
  });
}

/** When managers answer and what a client who waits may be promised, as configured. */
function managersDuty({ config, clock }: OpenedPlatform): ManagersDuty {
  const { hours, reminderMinutes, clientWaitMinutes } = config.managers;
  const work = new WorkHours(hours);
  return {
    now: () => clock.date(),
    isOpen: (at) => work.isOpen(at),
    nextOpen: (at) => work.nextOpen(at),
    hours,
    reminderMinutes,
    waitMinutes: clientWaitMinutes,
  };
}
