import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { AttachmentRef, JsonValue } from '#libs/chats';
import type {
  DetectResult,
  FastResult,
  ImageFields,
  ImageKind,
  Looked,
  LookRequest,
  OcrResult,
  PerceptualHash,
  SimilarEstate,
  StepReport,
} from '#libs/vision';
import type { JobHandler } from './job-handler.js';

/** What the engine would say of a picture: the YAML beside it (`plan.png` → `plan.yaml`). */
interface PictureScript {
  kind?: ImageKind | 'unknown';
  /** What it deserves; default: what its kind does. */
  next?: ('detect' | 'ocr')[];
  /** Another picture of the same name looks the same; default: the file's own name. */
  looks?: string;
  objects?: string[];
  text?: string;
  fields?: Record<string, unknown>;
  fitOut?: 'shell' | 'partial' | 'ready';
  similar?: SimilarEstate[];
  /** What the filter says, 0 to 1. */
  unsafe?: number;
  /** Steps that have nothing to work with here. */
  missing?: string[];
  /** The file cannot be worked on. */
  problem?: { code: string; detail: string };
}

const NEXT: Record<string, ('detect' | 'ocr')[]> = { photo: ['detect'], plan: ['ocr'], document: ['ocr'] };

/** Thrown by a job as the worker's own refusal. */
class NoVision extends Error {
  readonly code = 'VISION_UNAVAILABLE';
  readonly detail = 'Распознавать изображения сейчас не получается.';
}

/** Pictures that stories attach, with an engine that reads what to say: the dialog is what is tested here. */
export class StoryPictures {
  private readonly files = new Map<string, string>();

  /** The picture as a stored file. Throws when there is no such file. */
  attach(file: string): AttachmentRef {
    const fileId = createHash('sha1').update(path.resolve(file)).digest('hex');
    this.files.set(fileId, path.resolve(file));
    const { size } = statSync(file);
    const extension = path.extname(file).slice(1);
    const contentType = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' }[extension];
    return { fileId, name: path.basename(file), contentType: contentType ?? 'application/pdf', size };
  }

  /** Jobs about pictures; for a picture without a script there is no engine, as in a house without a vision worker. */
  handlers(): Record<string, JobHandler> {
    return {
      'vision.fast': (payload) => this.fast(payload),
      'vision.detect': (payload) => json(this.detect(payload as unknown as LookRequest)),
      'vision.ocr': (payload) => json(this.ocr(payload as unknown as LookRequest)),
    };
  }

  private fast(payload: JsonValue): JsonValue {
    const { pictures, earlier = [] } = payload as unknown as LookRequest & {
      earlier?: { fileId: string; hash: PerceptualHash }[];
    };
    const result: FastResult = {
      pictures: pictures.map(({ fileId }) => {
        const { script, file } = this.scriptOf(fileId);
        if (script.problem) return { fileId, problem: script.problem };
        const hash = hashOf(script.looks ?? path.basename(file));
        const kind = script.kind ?? 'unknown';
        return {
          fileId,
          ...missingOf(script, 'classify'),
          analysis: {
            fileId,
            sha256: fileId,
            image: { format: 'png', width: 800, height: 600, bytes: 1 },
            kind,
            probability: 0.97,
            hash,
            similar: [],
            next: script.next ?? NEXT[kind] ?? [],
            ...(script.unsafe !== undefined && { unsafe: script.unsafe }),
            steps: [],
            estates: script.similar ?? [],
            repeats: earlier.filter((each) => each.hash.phash === hash.phash).map((each) => each.fileId),
          },
        };
      }),
    };
    return json(result);
  }

  private detect({ pictures }: LookRequest): DetectResult {
    return {
      pictures: pictures.map(({ fileId }): Looked<DetectResult['pictures'] extends Looked<infer A>[] ? A : never> => {
        const { script } = this.scriptOf(fileId);
        const box = { left: 0, top: 0, width: 1, height: 1 };
        const objects = (script.objects ?? []).map((label) => ({ label, score: 0.8, box }));
        return {
          fileId,
          ...missingOf(script, 'detect'),
          analysis: { fileId, objects, fitOut: script.fitOut ?? 'unknown', steps: [] as StepReport[] },
        };
      }),
    };
  }

  private ocr({ pictures }: LookRequest): OcrResult {
    return {
      pictures: pictures.map(({ fileId }) => {
        const { script } = this.scriptOf(fileId);
        const fields = Object.entries(script.fields ?? {}).map(([name, value]) => [
          name,
          { value, text: String(value), confidence: 0.9 },
        ]);
        return {
          fileId,
          ...missingOf(script, 'ocr'),
          analysis: {
            fileId,
            text: script.text ?? '',
            confidence: 0.9,
            fields: Object.fromEntries(fields) as ImageFields,
            steps: [],
          },
        };
      }),
    };
  }

  private scriptOf(fileId: string): { script: PictureScript; file: string } {
    const file = this.files.get(fileId);
    const script = file?.replace(/\.\w+$/, '.yaml');
    if (!file || !script || !existsSync(script)) throw new NoVision();
    return { script: parse(readFileSync(script, 'utf8')) as PictureScript, file };
  }
}

function missingOf({ missing = [] }: PictureScript, step: string): { missing?: string[] } {
  return missing.includes(step) ? { missing: [step] } : {};
}

function hashOf(name: string): PerceptualHash {
  const digest = createHash('sha256').update(name).digest('hex');
  return { phash: digest.slice(0, 16), dhash: digest };
}

function json(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
