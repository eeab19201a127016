import type { DetectedObject } from '../analysis.js';
import { type Raster, resizeRaster, tensorOf } from '../image/raster.js';
import type { ModelEntry } from '../models/model-manifest.js';
import type { ModelRunner } from '../models/model-runner.js';
import type { ObjectDetector } from '../ports.js';
import { ModelFailedError } from '../runners/runner.errors.js';

/** Numbers of one detection in the output `detections`: two corners in pixels of the model's input, score, class. */
const ROW = 6;
/** A box the model is less sure of is not told. */
export const LEAST_SCORE = 0.3;
/** Two boxes of one class that share more than this part of their union are the same object. */
const OVERLAP = 0.5;
/** Two boxes of different classes that share more than this are one object, whose class is the surer one: a car is no lorry. */
const SAME_PLACE = 0.85;
const OBJECTS_LIMIT = 30;

/** A detector whose graph ends in rows of corners, score and class, `[1, N, 6]`, as CenterNet's does. */
export class RowsDetector implements ObjectDetector {
  constructor(
    private readonly runner: ModelRunner,
    private readonly model: Pick<ModelEntry, 'id' | 'input' | 'outputs' | 'labels'>,
  ) {}

  get version(): string | null {
    return this.runner.version(this.model.id);
  }

  async detect(image: Raster, signal: AbortSignal): Promise<DetectedObject[]> {
    const { id, input, outputs, labels = [] } = this.model;
    const { name, width, height } = input;
    const tensor = tensorOf(await resizeRaster(image, { width, height }), input);
    const answer = await this.runner.run(id, { [name]: tensor }, signal);
    const rows = answer[outputs.find(({ meaning }) => meaning === 'detections')?.name ?? ''];
    if (!rows || rows.dims.at(-1) !== ROW) throw new ModelFailedError(id, 'it has no output of detections');
    return objectsOf(rows.data, { width, height, labels });
  }
}

/** Objects of the model's rows: sure enough, inside the picture, each once, the surest first. */
export function objectsOf(
  rows: Float32Array,
  { width, height, labels }: { width: number; height: number; labels: readonly string[] },
): DetectedObject[] {
  const share = (value: number, side: number) => Math.max(0, Math.min(1, value / side));
  const candidates: DetectedObject[] = [];
  for (let at = 0; at + ROW <= rows.length; at += ROW) {
    const [x1, y1, x2, y2, score, kind] = rows.subarray(at, at + ROW) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const label = labels[Math.round(kind)];
    const [left, top, right, bottom] = [share(x1, width), share(y1, height), share(x2, width), share(y2, height)];
    if (label === undefined || !(score >= LEAST_SCORE) || !(right > left) || !(bottom > top)) continue;
    candidates.push({
      label,
      score: Math.min(1, score),
      box: { left, top, width: right - left, height: bottom - top },
    });
  }
  candidates.sort((a, b) => b.score - a.score);
  const objects: DetectedObject[] = [];
  for (const candidate of candidates) {
    const isKnown = objects.some(
      ({ label, box }) => overlap(box, candidate.box) > (label === candidate.label ? OVERLAP : SAME_PLACE),
    );
    if (!isKnown) objects.push(candidate);
    if (objects.length === OBJECTS_LIMIT) break;
  }
  return objects;
}

/** Intersection over union. */
function overlap(a: DetectedObject['box'], b: DetectedObject['box']): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
