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
export { PostgresStepStore, STEP_RETENTION_DAYS } from './cache/postgres-step-store.js';
export { StepCache, type StepCacheOptions } from './cache/step-cache.js';
export { MaskSegmenter } from './cutout/mask-segmenter.js';
export { RowsDetector } from './detect/object-detector.js';
export { modelParts } from './engine/model-parts.js';
export { RuleFieldReader } from './fields/rule-field-reader.js';
export { type CleanImage, cleanCopy } from './image/clean-copy.js';
export { CUTOUT_SIDE, DETECT_SIDE, decodeImage, LOOK_SIDE } from './image/decode.js';
export { HashIndex, type IndexedImage } from './image/hash-index.js';
export { ImageRefusal, type ImageRefusalCode } from './image/image-refusal.js';
export { hashDistance, perceptualHash, similarity } from './image/perceptual-hash.js';
export { type PixelScale, type Raster, resizeRaster, tensorOf } from './image/raster.js';
export { receivedPicture } from './intake/received-picture.js';
export {
  ANALYSIS_PARTS,
  type AnalysisPart,
  type AnalysisRequest,
  type AnalysisResult,
  type CutoutRequest,
  type CutoutResult,
  type DetectResult,
  type FastLook,
  type FastRequest,
  type FastResult,
  type Looked,
  type LookRequest,
  type LookResult,
  type OcrResult,
  PICTURES_LIMIT,
  type PictureRef,
  type SimilarEstate,
} from './jobs/vision-jobs.js';
export { isLabel, LABEL_SETS, type LabelSet, LabelStore, type PictureLabel } from './labels/label-store.js';
export { BACKBONE_ID, DETECTOR_ID, KIND_PROBE_ID } from './models/default-models.js';
export { ensureDefaultModels } from './models/ensure-default-models.js';
export { type CheckedModel, ModelFolder } from './models/model-folder.js';
export type { ModelEntry, ModelManifest, ModelTask } from './models/model-manifest.js';
export type { ModelRunner, Tensor } from './models/model-runner.js';
export { openTextRecogniser } from './ocr/open-recogniser.js';
export type { VisionParts } from './pipeline/looking.js';
export type { StepMeasure, StepResult } from './pipeline/step.js';
export type {
  AnalysisOptions,
  CutoutOptions,
  FieldReader,
  FitOutClassifier,
  ImageDescriber,
  KindClassifier,
  KindEstimate,
  ObjectDetector,
  RecognisedText,
  RecognisedWord,
  Segmenter,
  SimilarImages,
  SourceImage,
  StepStore,
  TextRecogniser,
  UnsafeFilter,
  VersionedModel,
  Vision,
} from './ports.js';
export { Backbone } from './probe/backbone.js';
export { FIT_OUT_GATE, FIT_OUT_PROBE_ID } from './probe/fit-out-classifier.js';
export { BackboneUnsafeFilter, ProbeClassifier, ProbeKindClassifier } from './probe/probe-classifier.js';
export type { DeviceChoice } from './runners/device.js';
export type { HostIsolation } from './runners/host-connection.js';
export type { HostState, RunnerEvent } from './runners/host-pool.js';
export { HttpModelRunner, type HttpRunnerOptions, type RemoteModel } from './runners/http-runner.js';
export { type BatchingOptions, MicroBatcher } from './runners/micro-batcher.js';
export { type RunnableModel, versionOf } from './runners/model-registry.js';
export { OnnxModelRunner, type OnnxRunnerOptions, type RunnerState } from './runners/onnx-runner.js';
export { choosePrecision, chosenVariants, type PrecisionChoice, type PrecisionOptions } from './runners/precision.js';
export { RoutedModelRunner } from './runners/routed-runner.js';
export { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runners/runner.errors.js';
export { openVision, type VisionOptions } from './vision.js';
