import { type JobProcessor, JobRefusal } from '#libs/queues';
import type { VisionJob } from './vision-jobs.js';

/** Code of a refusal that is the house's own lack, not the picture's. */
export const VISION_UNAVAILABLE = 'VISION_UNAVAILABLE';

const refuse: JobProcessor = async () => {
  throw new JobRefusal(VISION_UNAVAILABLE, 'Распознавать изображения сейчас не получается.');
};

/** Says honestly that nothing here can look at pictures: the client is told and offered a manager. */
export function noVision(): Record<VisionJob, JobProcessor> {
  return {
    'vision.fast': refuse,
    'vision.detect': refuse,
    'vision.ocr': refuse,
    'vision.analysis': refuse,
    'vision.cutout': refuse,
  };
}
