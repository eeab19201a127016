import { IMAGE_KINDS, type ImageKind } from '../analysis.js';
import type { Raster } from '../image/raster.js';
import type { CheckedModel } from '../models/model-folder.js';
import type { KindClassifier, KindEstimate, UnsafeFilter } from '../ports.js';
import type { Backbone } from './backbone.js';
import { linearModelOf, type ProbeFile, readProbe } from './probe-file.js';
import { type LinearModel, logits, softmax } from './training/logistic-regression.js';

/** Answer of a probe: a label, or `unknown` when it is not sure enough. */
export interface ProbeEstimate {
  label: string | 'unknown';
  /** Calibrated, of the best guess. */
  probability: number;
  scores: Record<string, number>;
}

/** A trained probe over the backbone's features. */
export class ProbeClassifier {
  private readonly model: LinearModel;

  /** @param probe the trained probe and the `id@sha12` of its file */
  constructor(
    private readonly backbone: Backbone,
    private readonly probe: ProbeFile,
    private readonly fileVersion: string,
  ) {
    this.model = linearModelOf(probe);
  }

  /** Reads the probe's file. Throws ProbeFormatError. */
  static of(backbone: Backbone, model: Pick<CheckedModel, 'id' | 'sha256' | 'path'>): ProbeClassifier {
    return new ProbeClassifier(backbone, readProbe(model.path), `${model.id}@${model.sha256.slice(0, 12)}`);
  }

  /** Null without the very backbone it was trained on: other features mean something else. */
  get version(): string | null {
    return this.backbone.version === this.probe.backbone ? this.fileVersion : null;
  }

  /** The trained probe as it was read. */
  get file(): ProbeFile {
    return this.probe;
  }

  get labels(): readonly string[] {
    return this.probe.labels;
  }

  /** Throws what the runner throws. */
  async estimate(image: Raster, signal?: AbortSignal): Promise<ProbeEstimate> {
    const { features } = await this.backbone.outputs(image, signal);
    return this.estimateFeatures(features);
  }

  estimateFeatures(features: Float32Array): ProbeEstimate {
    const probabilities = softmax(logits(this.model, features), this.probe.temperature);
    const probability = Math.max(...probabilities);
    const label = this.probe.labels[probabilities.indexOf(probability)]!;
    return {
      label: probability >= this.probe.threshold ? label : 'unknown',
      probability,
      scores: Object.fromEntries(this.probe.labels.map((name, k) => [name, probabilities[k]!])),
    };
  }
}

/** Photo, plan, document or other by a probe of exactly these labels. */
export class ProbeKindClassifier implements KindClassifier {
  /** Throws RangeError when the probe has other labels. */
  constructor(private readonly probe: ProbeClassifier) {
    if (IMAGE_KINDS.some((kind) => !probe.labels.includes(kind)) || probe.labels.length !== IMAGE_KINDS.length)
      throw new RangeError(`a probe of kinds has the labels ${IMAGE_KINDS.join(', ')}`);
  }

  get version(): string | null {
    return this.probe.version;
  }

  async classify(image: Raster, signal: AbortSignal): Promise<KindEstimate> {
    const { label, probability, scores } = await this.probe.estimate(image, signal);
    return { kind: label as ImageKind | 'unknown', probability, scores: scores as Record<ImageKind, number> };
  }
}

/** Labels of the backbone's own verdict that count as unsafe. `sexy` and `drawing` do not: the filter hides pictures from people. */
const UNSAFE_LABELS: readonly string[] = ['hentai', 'porn'];

/** The unsafe-image filter that came with the backbone (trained by others on pictures from the web; its makers claim about 90 %). */
export class BackboneUnsafeFilter implements UnsafeFilter {
  /** @param labels of the output `unsafe`, from the manifest */
  constructor(
    private readonly backbone: Backbone,
    private readonly labels: readonly string[],
  ) {}

  get version(): string | null {
    return this.backbone.version;
  }

  async judge(image: Raster, signal: AbortSignal): Promise<number> {
    const { unsafe } = await this.backbone.outputs(image, signal);
    return this.labels.reduce((sum, label, i) => sum + (UNSAFE_LABELS.includes(label) ? (unsafe[i] ?? 0) : 0), 0);
  }
}
