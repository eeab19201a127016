import { createHash } from 'node:crypto';
import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { decodeAnswer, encodeRequest } from './inference-protocol.js';
import { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runner.errors.js';

/** A model that a server runs for us. */
export interface RemoteModel {
  /** Our id. */
  id: string;
  /** Its name on the server; the id when absent. */
  name?: string;
  /** Version on the server; its newest when absent. */
  version?: string;
}

export interface HttpRunnerOptions {
  /** Root of the server, given by the operator, e.g. `http://triton:8000`. */
  url: string;
  models: readonly RemoteModel[];
  /** 30 s by default. */
  deadlineMs?: number;
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** Runs at the same time; 8 by default. */
  atOnce?: number;
  /** Runs that may wait; 64 by default. */
  queueLimit?: number;
  fetch?: typeof fetch;
}

/** Largest answer that is read, bytes. */
const ANSWER_LIMIT = 256 * 1024 * 1024;
const DEADLINE_MS = 30_000;
const RETRY_MS = 1_000;

/**
 * Runs models on a server that speaks the Open Inference Protocol (KServe v2, as Triton does) with its binary tensor extension: the
 * way past one machine. The server batches, loads and unloads by itself.
 */
export class HttpModelRunner implements ModelRunner {
  private readonly models: ReadonlyMap<string, RemoteModel>;
  private readonly waiting: (() => void)[] = [];
  private readonly closing = new AbortController();
  private running = 0;

  constructor(private readonly options: HttpRunnerOptions) {
    this.models = new Map(options.models.map((model) => [model.id, model]));
  }

  /** The server does not say which file it runs: where it runs and its version there stand for it. */
  version(modelId: string): string | null {
    const model = this.models.get(modelId);
    if (!model) return null;
    const place = `${this.options.url} ${model.name ?? model.id} ${model.version ?? ''}`;
    return `${modelId}@${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
  }

  /** Whether the server is there and has the model ready. */
  async isReady(modelId: string, signal?: AbortSignal): Promise<boolean> {
    const model = this.models.get(modelId);
    if (!model) return false;
    try {
      const answer = await this.request(`${this.pathOf(model)}/ready`, {
        signal: signal ?? AbortSignal.timeout(2_000),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  async run(
    modelId: string,
    inputs: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>> {
    const model = this.models.get(modelId);
    if (!model) throw new ModelMissingError(modelId);
    await this.enter(modelId, signal);
    try {
      return await this.infer(model, inputs, signal);
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
  }

  private async enter(modelId: string, signal?: AbortSignal): Promise<void> {
    const { atOnce = 8, queueLimit = 64 } = this.options;
    while (this.running >= atOnce) {
      if (this.waiting.length >= queueLimit) throw new ModelBusyError(modelId, RETRY_MS);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      if (signal?.aborted) {
        this.waiting.shift()?.();
        throw signal.reason;
      }
    }
    this.running += 1;
  }

  private async infer(
    model: RemoteModel,
    inputs: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>> {
    const { deadlineMs = DEADLINE_MS } = this.options;
    const { body, headerLength } = encodeRequest(inputs);
    const deadline = AbortSignal.timeout(deadlineMs);
    const signals = [deadline, this.closing.signal, ...(signal ? [signal] : [])];
    try {
      const answer = await this.request(`${this.pathOf(model)}/infer`, {
        method: 'POST',
        headers: {
          'content-type': 'application/octet-stream',
          'inference-header-content-length': String(headerLength),
        },
        body,
        signal: AbortSignal.any(signals),
      });
      await refuseUnlessOk(model.id, answer);
      const header = answer.headers.get('inference-header-content-length');
      return decodeAnswer(await bytesOf(model.id, answer), header === null ? null : Number(header));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (deadline.aborted) throw new ModelTimeoutError(model.id, deadlineMs);
      if (error instanceof TypeError || this.closing.signal.aborted)
        throw new ModelFailedError(model.id, 'the inference server does not answer', true, { cause: error });
      if (error instanceof SyntaxError || error instanceof RangeError)
        throw new ModelFailedError(model.id, `the answer is not understood: ${error.message}`, false, { cause: error });
      throw error;
    }
  }

  private pathOf({ id, name = id, version }: RemoteModel): string {
    return `/v2/models/${encodeURIComponent(name)}${version === undefined ? '' : `/versions/${encodeURIComponent(version)}`}`;
  }

  private request(pathname: string, init: RequestInit): Promise<Response> {
    const { url, token, fetch: send = fetch } = this.options;
    const headers = { ...(init.headers as Record<string, string>), ...(token && { authorization: `Bearer ${token}` }) };
    return send(`${url.replace(/\/+$/, '')}${pathname}`, { ...init, headers, redirect: 'error' });
  }
}

async function refuseUnlessOk(modelId: string, answer: Response): Promise<void> {
  if (answer.ok) return;
  await answer.body?.cancel();
  const { status } = answer;
  const seconds = Number(answer.headers.get('retry-after'));
  if (status === 429 || status === 503) throw new ModelBusyError(modelId, seconds > 0 ? seconds * 1_000 : RETRY_MS);
  if (status === 404) throw new ModelMissingError(modelId);
  throw new ModelFailedError(modelId, `the inference server answered ${status}`, status >= 500);
}

/** The whole answer, read up to the limit whatever length it claims. */
async function bytesOf(modelId: string, answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > ANSWER_LIMIT) throw new ModelFailedError(modelId, 'the answer is too long');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}
