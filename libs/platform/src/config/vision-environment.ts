import 'reflect-metadata';
import { IsIn, IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';
import { AsInteger, AsList, HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

const ISOLATIONS = ['process', 'thread'] as const;
const DEVICES = ['auto', 'cpu', 'cuda'] as const;
const RECOGNISERS = ['auto', 'tesseract', 'tesseract.js', 'off'] as const;

/** Variables of workers that look at pictures (queue `vision`). */
export class VisionEnvironment {
  @Variable({
    group: 'Pictures',
    description: 'Networks run at the same time, each with one thread of computation',
    allowed: '1 to 32',
    default: '1',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(32)
  VISION_THREADS = 1;

  @Variable({
    group: 'Pictures',
    description: 'Where networks run: `process` survives a crash of the runtime, `thread` takes less memory',
    allowed: ISOLATIONS.join(', '),
    default: 'process',
  })
  @IsIn(ISOLATIONS)
  VISION_ISOLATION: (typeof ISOLATIONS)[number] = 'process';

  @Variable({
    group: 'Pictures',
    description: 'What networks run on; `auto` takes CUDA where its libraries are',
    allowed: DEVICES.join(', '),
    default: 'auto',
  })
  @IsIn(DEVICES)
  VISION_DEVICE: (typeof DEVICES)[number] = 'auto';

  @Variable({
    group: 'Pictures',
    description: 'Jobs about pictures a worker does at once; cut-outs are always one at a time',
    allowed: '1 to 64',
    default: '4',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(64)
  VISION_CONCURRENCY = 4;

  @Variable({
    group: 'Pictures',
    description: 'Model files held in memory, MiB, every copy counted; the least recently used leave first',
    allowed: '16 to 65536',
    default: '92',
  })
  @AsInteger()
  @IsInt()
  @Min(16)
  @Max(65_536)
  VISION_MODEL_MEMORY_MB = 92;

  @Variable({
    group: 'Pictures',
    description: 'Memory that pictures being decoded may take together, MiB',
    allowed: '64 to 65536',
    default: '256',
  })
  @AsInteger()
  @IsInt()
  @Min(64)
  @Max(65_536)
  VISION_DECODE_MEMORY_MB = 256;

  @Variable({
    group: 'Pictures',
    description: 'Runs of networks that may wait; a job beyond is tried again later',
    allowed: '1 to 10000',
    default: '64',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(10_000)
  VISION_QUEUE_LIMIT = 64;

  @Variable({
    group: 'Pictures',
    description: 'Memory for results of steps, MiB; they are kept in Redis or PostgreSQL as well',
    allowed: '1 to 4096',
    default: '16',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(4_096)
  VISION_CACHE_MB = 16;

  @Variable({
    group: 'Pictures',
    description: 'How long a result of a step counts, days',
    allowed: '1 to 3650',
    default: '30',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(3_650)
  VISION_CACHE_DAYS = 30;

  @Variable({
    group: 'Pictures',
    description: 'Limit of one cut-out, ms',
    allowed: '1000 to 3600000',
    default: '300000',
  })
  @AsInteger()
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  VISION_CUTOUT_TIMEOUT_MS = 300_000;

  @Variable({
    group: 'Pictures',
    description: 'What reads text; `auto` takes the system’s Tesseract, else tesseract.js',
    allowed: RECOGNISERS.join(', '),
    default: 'auto',
  })
  @IsIn(RECOGNISERS)
  VISION_OCR: (typeof RECOGNISERS)[number] = 'auto';

  @Variable({
    group: 'Pictures',
    description: 'Pictures one run of a network takes together; 1 = each by itself, best on a CPU',
    allowed: '1 to 64',
    default: '1',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(64)
  VISION_BATCH_MAX = 1;

  @Variable({
    group: 'Pictures',
    description: 'How long the first picture of a batch waits for others, ms',
    allowed: '0 to 1000',
    default: '5',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000)
  VISION_BATCH_DELAY_MS = 5;

  @Variable({
    group: 'Pictures',
    description: 'Inference server (Open Inference Protocol v2, as Triton) that runs the models named below',
    allowed: 'an http(s) URL',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  VISION_MODEL_SERVER?: string;

  @Variable({
    group: 'Pictures',
    description: 'Models of the manifest that the server runs, `id` or `id=name there`; the others run here',
    allowed: 'ids separated by commas',
    default: 'none',
  })
  @AsList()
  @Matches(/^[\w.-]{1,100}(=[\w.-]{1,100})?$/, { each: true })
  VISION_SERVER_MODELS: string[] = [];

  @Variable({
    group: 'Pictures',
    description: 'Sent to the server as a bearer token',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  VISION_SERVER_TOKEN?: string;
}
