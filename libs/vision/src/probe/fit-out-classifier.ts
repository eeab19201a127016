import type { Raster } from '../image/raster.js';
import { LABEL_SETS } from '../labels/label-store.js';
import type { FitOutClassifier, FitOutEstimate } from '../ports.js';
import type { ProbeClassifier } from './probe-classifier.js';
import type { ProbeFile } from './probe-file.js';

export const FIT_OUT_PROBE_ID = 'fit-out-probe';

/**
 * What a probe of fit-out must have shown on pictures it was not trained on before clients hear its answer: chance is a third. A
 * class it does not know must not hide behind the others. Its answer is a proposal that the client confirms.
 */
export const FIT_OUT_GATE = { accuracy: 0.8, accuracyOfEachLabel: 0.6, examples: 90 } as const;

/** The probe is not good enough, or is not one of fit-out. */
export class ProbeNotFitError extends Error {
  override readonly name = 'ProbeNotFitError';
  readonly code = 'vision.probe_not_fit';
}

/** Why the probe must not answer; null when it may. */
export function fitOutShortfall({ labels, provenance }: Pick<ProbeFile, 'labels' | 'provenance'>): string | null {
  const wanted: readonly string[] = LABEL_SETS['fit-out'];
  if (labels.length !== wanted.length || wanted.some((label) => !labels.includes(label)))
    return `it has other labels than ${wanted.join(', ')}`;
  // The file may be written by hand: what it does not say, it has not shown.
  const score = (provenance as Partial<ProbeFile['provenance']> | undefined)?.heldOut;
  const { accuracy = 0, byLabel = {}, examples = 0 } = score ?? {};
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (!(examples >= FIT_OUT_GATE.examples)) return `it was tested on ${examples} pictures of ${FIT_OUT_GATE.examples}`;
  if (!(accuracy >= FIT_OUT_GATE.accuracy))
    return `its held-out accuracy is ${percent(accuracy)}, ${percent(FIT_OUT_GATE.accuracy)} are needed`;
  const weak = wanted.find((label) => !((byLabel[label] ?? 0) >= FIT_OUT_GATE.accuracyOfEachLabel));
  if (weak !== undefined)
    return `of "${weak}" it knows ${percent(byLabel[weak] ?? 0)}, ${percent(FIT_OUT_GATE.accuracyOfEachLabel)} are needed`;
  return null;
}

/** The state of the premises on a photo by a probe trained on people's labels. */
export class ProbeFitOutClassifier implements FitOutClassifier {
  /** Throws ProbeNotFitError when the probe has not passed the gate. */
  constructor(private readonly probe: ProbeClassifier) {
    const shortfall = fitOutShortfall(probe.file);
    if (shortfall !== null) throw new ProbeNotFitError(`fit-out stays unknown: ${shortfall}`);
  }

  get version(): string | null {
    return this.probe.version;
  }

  async classify(image: Raster, signal: AbortSignal): Promise<FitOutEstimate> {
    const { label, probability } = await this.probe.estimate(image, signal);
    return { fitOut: label as FitOutEstimate['fitOut'], probability };
  }
}
