// What processes need that look at no picture themselves, as `#libs/vision/intake`: it loads no codec and no runtime of networks
// before the first picture comes.

export { ImageRefusal, type ImageRefusalCode } from '../image/image-refusal.js';
export { ANALYSIS_PARTS, type AnalysisPart } from '../jobs/vision-jobs.js';
export { isLabel, LabelStore, type PictureLabel } from '../labels/label-store.js';
export { receivedPicture } from './received-picture.js';
