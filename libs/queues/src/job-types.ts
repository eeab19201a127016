import type { JsonObject, JsonValue } from '#libs/chats';

export const QUEUE_NAMES = ['calculator', 'analog-search', 'vision', 'vision-cutout'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export function isQueueName(name: string): name is QueueName {
  return (QUEUE_NAMES as readonly string[]).includes(name);
}

/** Which queue carries which job: adding a job is one line here, one processor in apps/worker and nothing else. */
export const JOB_QUEUES = {
  search: 'analog-search',
  analogs: 'analog-search',
  valuation: 'calculator',
  'finance-model': 'calculator',
  'vision.fast': 'vision',
  'vision.detect': 'vision',
  'vision.ocr': 'vision',
  'vision.analysis': 'vision',
  // Minutes and gigabytes with a big model: one at a time, apart from what clients wait for.
  'vision.cutout': 'vision-cutout',
} as const satisfies Record<string, QueueName>;

export type JobName = keyof typeof JOB_QUEUES;

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOB_QUEUES, name);
}

/** Who waits: a client in a chat goes before a partner's single request, that before a batch. Smaller is sooner. */
export const PRIORITY = { chat: 1, request: 5, batch: 10 } as const;

export interface JobChat {
  chatId: string;
  jobId: string;
}

/** What travels in the queue: JSON only, files by reference. */
export interface JobEnvelope {
  payload: JsonValue;
  /** The chat whose mailbox gets the result and the id it knows the job by; absent for REST requests. */
  chat?: JobChat;
  /** W3C traceparent of what asks for it, while tracing is on. */
  trace?: string;
  /** Files to make beside the result (`xlsx`, `pdf`, `png`); a chat gets those its job offers. */
  files?: string[];
}

/** Why a job has no result: a stable code, a Russian sentence and, when there is any, what a program can act on. */
export interface JobProblem {
  code: string;
  detail: string;
  details?: JsonObject;
}

/** Codes of failures that are not the input's fault. */
export const JOB_FAILED = 'JOB_FAILED';
export const JOB_SUPERSEDED = 'JOB_SUPERSEDED';

/** How a job ended. `failed` is an outcome with a stable code, not an exception. */
export type JobOutcome = { status: 'completed'; result: JsonValue } | { status: 'failed'; problem: JobProblem };
