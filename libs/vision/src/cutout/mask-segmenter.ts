import { type Raster, resizeRaster, tensorOf } from '../image/raster.js';
import type { ModelEntry } from '../models/model-manifest.js';
import type { ModelRunner } from '../models/model-runner.js';
import type { Segmenter } from '../ports.js';
import { ModelFailedError } from '../runners/runner.errors.js';

/**
 * A segmentation network of an operator: the whole picture in, one channel out, `[1, 1, H, W]` or `[1, H, W, 1]`. The manifest says
 * what its output means: `mask` is already from 0 to 1, `mask-logits` goes through the logistic function first.
 */
export class MaskSegmenter implements Segmenter {
  constructor(
    private readonly runner: ModelRunner,
    private readonly model: Pick<ModelEntry, 'id' | 'input' | 'outputs'>,
  ) {}

  get version(): string | null {
    return this.runner.version(this.model.id);
  }

  async segment(image: Raster, signal: AbortSignal): Promise<Raster> {
    const { id, input, outputs } = this.model;
    const { name, width, height } = input;
    const tensor = tensorOf(await resizeRaster(image, { width, height }), input);
    const answer = await this.runner.run(id, { [name]: tensor }, signal);
    const output = outputs.find(({ meaning }) => meaning === 'mask' || meaning === 'mask-logits');
    const mask = answer[output?.name ?? ''];
    const sides = mask?.dims.filter((side) => side !== 1) ?? [];
    const [rows, columns] = sides;
    if (!mask || sides.length !== 2 || !rows || !columns) throw new ModelFailedError(id, 'it has no output of a mask');
    const isLogit = output?.meaning === 'mask-logits';
    const data = Uint8Array.from(mask.data, (value) => {
      const share = isLogit ? 1 / (1 + Math.exp(-value)) : value;
      return Math.round(255 * Math.max(0, Math.min(1, share)));
    });
    return { data, width: columns, height: rows, channels: 1 };
  }
}
