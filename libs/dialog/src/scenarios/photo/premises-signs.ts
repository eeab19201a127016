import type { DetectedObject } from '#libs/vision';
import { cocoLabel } from './object-words.js';

/** Classes of COCO that are met in the street, in nature or on a plate. People and what they carry are met anywhere. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'],
  ...['traffic light', 'fire hydrant', 'stop sign', 'parking meter'],
  ...['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ...['frisbee', 'skis', 'snowboard', 'kite', 'surfboard'],
  ...['banana', 'apple', 'sandwich', 'orange', 'broccoli', 'carrot', 'hot dog', 'pizza', 'donut', 'cake'],
]);

/** Classes that stand in rooms. */
const INDOORS: ReadonlySet<string> = new Set([
  ...['chair', 'couch', 'potted plant', 'bed', 'dining table', 'toilet', 'sink', 'refrigerator', 'oven', 'microwave'],
  ...['tv', 'laptop', 'mouse', 'keyboard', 'remote', 'toaster', 'book', 'clock', 'vase'],
]);

/** An empty hall is sometimes taken for a train or a boat: a less sure find says nothing. */
const SURE_FROM = 0.5;

/**
 * Whether what was found speaks of another place than premises: something of a street or of nature for sure, nothing of a room.
 * Nothing found says nothing: that is what empty premises look like.
 */
export function isElsewhere(objects: readonly Pick<DetectedObject, 'label' | 'score'>[]): boolean {
  const found = objects.map(({ label, score }) => ({ label: cocoLabel(label), score }));
  if (found.some(({ label }) => INDOORS.has(label))) return false;
  return found.some(({ label, score }) => score >= SURE_FROM && ELSEWHERE.has(label));
}
