import { MaskSegmenter } from '../cutout/mask-segmenter.js';
import { RowsDetector } from '../detect/object-detector.js';
import { KIND_PROBE_ID } from '../models/default-models.js';
import type { CheckedModel } from '../models/model-folder.js';
import type { ModelTask } from '../models/model-manifest.js';
import type { ModelRunner } from '../models/model-runner.js';
import type { VisionParts } from '../pipeline/looking.js';
import { Backbone } from '../probe/backbone.js';
import { FIT_OUT_PROBE_ID, ProbeFitOutClassifier } from '../probe/fit-out-classifier.js';
import { BackboneUnsafeFilter, ProbeClassifier, ProbeKindClassifier } from '../probe/probe-classifier.js';

/**
 * The parts of the engine that the models of a manifest make: the first model of each task does it, variants in another precision
 * stand in for it in the runner. A probe that cannot be read, or has not shown that it may answer, is told and left out: the
 * others work without it.
 */
export function modelParts(
  models: readonly CheckedModel[],
  runner: ModelRunner,
  onRefused: (modelId: string, error: unknown) => void = () => {},
): VisionParts {
  const first = (task: ModelTask) => models.find((model) => model.task === task && model.variantOf === undefined);
  const parts: VisionParts = {};
  const backboneModel = first('features');
  const detector = first('detect');
  const segmenter = first('segment');
  if (backboneModel) {
    const backbone = new Backbone(runner, backboneModel);
    const withProbe = (probeId: string, use: (probe: ProbeClassifier) => void) => {
      const probe = models.find(({ id }) => id === probeId);
      try {
        if (probe) use(ProbeClassifier.of(backbone, probe));
      } catch (error) {
        onRefused(probeId, error);
      }
    };
    withProbe(KIND_PROBE_ID, (probe) => {
      parts.classifier = new ProbeKindClassifier(probe);
    });
    withProbe(FIT_OUT_PROBE_ID, (probe) => {
      parts.fitOut = new ProbeFitOutClassifier(probe);
    });
    if (backboneModel.outputs.some(({ meaning }) => meaning === 'unsafe')) {
      parts.unsafe = new BackboneUnsafeFilter(backbone, backboneModel.labels ?? []);
    }
  }
  if (detector) parts.detector = new RowsDetector(runner, detector);
  if (segmenter) parts.segmenter = new MaskSegmenter(runner, segmenter);
  return parts;
}
