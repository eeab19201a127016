import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { rasterOf } from '../../image/raster.js';
import type { CheckedModel } from '../../models/model-folder.js';
import { backboneInput } from '../backbone.js';

/** Features of pictures, computed in this process: for training only, where nobody else waits for the event loop. */
export class FeatureReader {
  private constructor(
    private readonly session: InferenceSession,
    private readonly model: CheckedModel,
  ) {}

  static async open(model: CheckedModel): Promise<FeatureReader> {
    const session = await InferenceSession.create(model.path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new FeatureReader(session, model);
  }

  /** `id@sha12` of the backbone. */
  get version(): string {
    return `${this.model.id}@${this.model.sha256.slice(0, 12)}`;
  }

  /** Upright, RGB, at most 1024 pixels a side, then the backbone's square as in the pipeline. Throws on a file that is no picture. */
  async features(bytes: Uint8Array): Promise<Float32Array> {
    const image = await rasterOf(
      sharp(bytes, { limitInputPixels: 50_000_000 })
        .rotate()
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .resize(1024, 1024, { fit: 'inside', withoutEnlargement: true }),
    );
    const { data, dims } = await backboneInput(image, this.model);
    const outputs = await this.session.run({ [this.model.input.name]: new Tensor('float32', data, [...dims]) });
    return Float32Array.from(outputs.features?.data as Float32Array);
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
