import type { ChatStore } from '#libs/chats';
import { CrmInbox } from '#libs/crm';
import type { OpenedPlatform } from '#libs/platform';
import type { ScheduledTask } from './scheduled-task.js';
import { Scheduler } from './scheduler.js';
import { fireTimers, followUp, forgetTranscripts, retain } from './tasks/chat-tasks.js';
import { forgetHooks, reconcileChats, summariseDay } from './tasks/crm-tasks.js';
import { expireUploads } from './tasks/upload-tasks.js';

/** Starts the scheduler of a process; closed with it. CRM tasks run only when a connector carries them out. */
export function openScheduler(platform: OpenedPlatform, chats: ChatStore, options: { crm: boolean }): Scheduler {
  const { pool, clock, config, files, logger, shutdown } = platform;
  const { eventDays, hookDays, transcriptDays, uploadDays } = config.retention;
  const { summaryHour } = config.managers;
  const inbox = new CrmInbox(pool);
  const tasks: ScheduledTask[] = [
    fireTimers(chats),
    followUp(pool),
    retain(chats, eventDays),
    expireUploads(pool, files, uploadDays),
    ...(transcriptDays > 0 ? [forgetTranscripts(chats, transcriptDays)] : []),
    ...(options.crm ? [reconcileChats(pool, inbox), forgetHooks(inbox, hookDays)] : []),
    ...(options.crm && summaryHour !== undefined ? [summariseDay(inbox, summaryHour)] : []),
  ];
  const scheduler = new Scheduler(pool, clock, tasks, logger);
  scheduler.start();
  shutdown.add('scheduler', () => scheduler.stop());
  return scheduler;
}
