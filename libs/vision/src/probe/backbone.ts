import { type Raster, resizeRaster, tensorOf } from '../image/raster.js';
import type { ModelEntry } from '../models/model-manifest.js';
import type { ModelRunner, Tensor } from '../models/model-runner.js';

/** What the backbone says of one picture. */
export interface BackboneOutputs {
  /** Input of probes. */
  features: Float32Array;
  /** Its own verdict, in the order of the model's labels. */
  unsafe: Float32Array;
}

/** The feature backbone: one run serves the probes and the unsafe-image filter of the same picture. */
export class Backbone {
  private readonly runs = new WeakMap<Raster, Promise<BackboneOutputs>>();

  constructor(
    private readonly runner: ModelRunner,
    private readonly model: Pick<ModelEntry, 'id' | 'input'>,
  ) {}

  get version(): string | null {
    return this.runner.version(this.model.id);
  }

  /** Throws what the runner throws. A failed run is not remembered. */
  outputs(image: Raster, signal?: AbortSignal): Promise<BackboneOutputs> {
    const known = this.runs.get(image);
    if (known) return known;
    const run = this.run(image, signal);
    this.runs.set(image, run);
    run.catch(() => this.runs.delete(image));
    return run;
  }

  private async run(image: Raster, signal?: AbortSignal): Promise<BackboneOutputs> {
    const outputs = await this.runner.run(
      this.model.id,
      { [this.model.input.name]: await backboneInput(image, this.model) },
      signal,
    );
    const [features, unsafe] = [outputs.features, outputs.unsafe];
    if (!features || !unsafe) throw new Error(`${this.model.id} has no output features or unsafe`);
    return { features: features.data, unsafe: unsafe.data };
  }
}

/** The whole picture, squeezed into the model's square. */
export async function backboneInput(image: Raster, { input }: Pick<ModelEntry, 'input'>): Promise<Tensor> {
  return tensorOf(await resizeRaster(image, { width: input.width, height: input.height }), input);
}
