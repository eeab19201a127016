import type { JobName } from '#libs/queues';

/** Jobs about pictures. */
export type VisionJob = Extract<JobName, `vision.${string}`>;
