// Runs in a child process or a worker thread: the only code that touches onnxruntime. `session.run` holds its thread for the
// whole inference, which is why nothing else lives here.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InferenceReply, InferenceRequest, InferenceTask, PlainTensor } from './inference-messages.js';

const sessions = new Map<string, InferenceSession>();

async function load({ model, file, sha256, providers, threads }: InferenceTask & { kind: 'load' }): Promise<void> {
  const bytes = await readFile(file);
  // The file was compared with its manifest when the process started; what is loaded now is what is compared now.
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`the file has sha256 ${found}, the manifest says ${sha256}`);
  const session = await InferenceSession.create(bytes, {
    executionProviders: providers,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  sessions.set(model, session);
}

async function run({ model, inputs }: InferenceTask & { kind: 'run' }): Promise<Record<string, PlainTensor>> {
  const session = sessions.get(model);
  if (!session) throw new Error('the model is not loaded here');
  const feeds: Record<string, Tensor> = {};
  for (const [name, { data, dims }] of Object.entries(inputs)) feeds[name] = new Tensor('float32', data, dims);
  const results = await session.run(feeds);
  const outputs: Record<string, PlainTensor> = {};
  for (const [name, tensor] of Object.entries(results)) {
    const { data, dims } = tensor as Tensor;
    const values = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
    outputs[name] = { data: values, dims: [...dims] };
  }
  return outputs;
}

async function answer(task: InferenceTask): Promise<Record<string, PlainTensor> | undefined> {
  switch (task.kind) {
    case 'load':
      await load(task);
      return undefined;
    case 'run':
      return run(task);
    case 'release': {
      const session = sessions.get(task.model);
      sessions.delete(task.model);
      await session?.release();
      return undefined;
    }
    case 'end':
      if (parentPort) parentPort.close();
      else process.disconnect();
      return undefined;
  }
}

function send(reply: InferenceReply): void {
  if (!parentPort) {
    if (process.connected) process.send?.(reply);
    return;
  }
  const buffers = reply.ok ? Object.values(reply.outputs ?? {}).map(({ data }) => data.buffer as ArrayBuffer) : [];
  parentPort.postMessage(reply, [...new Set(buffers)]);
}

async function onRequest(request: InferenceRequest): Promise<void> {
  const started = performance.now();
  const measured = () => ({ id: request.id, rssBytes: process.memoryUsage.rss(), ms: performance.now() - started });
  try {
    const outputs = await answer(request);
    send({ ...measured(), ok: true, ...(outputs && { outputs }) });
  } catch (error) {
    send({ ...measured(), ok: false, reason: error instanceof Error ? error.message : String(error) });
  }
}

// Ctrl-C and a group's SIGTERM reach this process as well: the one that drains decides when it ends, and its end ends it.
if (!parentPort) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const channel = parentPort ?? process;
channel.on('message', (request: InferenceRequest) => void onRequest(request));
