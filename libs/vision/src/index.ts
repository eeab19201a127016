export {
  type CutoutAnalysis,
  type DetectAnalysis,
  type DetectedObject,
  type FastAnalysis,
  IMAGE_KINDS,
  type ImageFields,
  type ImageKind,
  type OcrAnalysis,
  type PerceptualHash,
  type ReadField,
  type SimilarImage,
  type StepReport,
} from './analysis.js';
export type { ModelEntry, ModelManifest, ModelTask } from './models/model-manifest.js';
export type { ModelRunner, Tensor } from './models/model-runner.js';
export type { StepMeasure, StepResult } from './pipeline/step.js';
