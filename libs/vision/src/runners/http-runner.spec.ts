import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { HttpModelRunner, type HttpRunnerOptions } from './http-runner.js';
import { RoutedModelRunner } from './routed-runner.js';
import { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runner.errors.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const INPUT = { image: { data: Float32Array.from([1, 2, 3, 4]), dims: [1, 4] } };

describe(HttpModelRunner.name, () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(handler: Handler): Promise<string> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => handler(request, response, body));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const open = async (handler: Handler, options: Partial<HttpRunnerOptions> = {}) =>
    new HttpModelRunner({
      url: await serve(handler),
      models: [{ id: 'seg', name: 'birefnet', version: '3' }],
      ...options,
    });

  /** Doubles what it is sent, as Triton would answer. */
  const double: Handler = (request, response, body) => {
    const length = Number(request.headers['inference-header-content-length']);
    const { inputs } = JSON.parse(body.subarray(0, length).toString()) as { inputs: { shape: number[] }[] };
    const values = new Float32Array(Uint8Array.from(body.subarray(length)).buffer).map((value) => value * 2);
    const header = Buffer.from(
      JSON.stringify({
        outputs: [
          {
            name: 'mask',
            shape: inputs[0]!.shape,
            datatype: 'FP32',
            parameters: { binary_data_size: values.byteLength },
          },
        ],
      }),
    );
    response.setHeader('inference-header-content-length', header.length);
    response.end(Buffer.concat([header, Buffer.from(values.buffer)]));
  };

  it('sends and reads tensors in binary, by name and version', async () => {
    const seen: IncomingMessage[] = [];
    const runner = await open(
      (request, response, body) => {
        seen.push(request);
        double(request, response, body);
      },
      { token: 'secret' },
    );
    // A view into a larger buffer sends only itself.
    const view = new Float32Array([9, 1, 2, 3, 4, 9]).subarray(1, 5);
    const { mask } = await runner.run('seg', { image: { data: view, dims: [1, 4] } });
    expect(mask).toEqual({ data: Float32Array.from([2, 4, 6, 8]), dims: [1, 4] });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v2/models/birefnet/versions/3/infer' });
    expect(seen[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('reads answers in JSON, nested or flat', async () => {
    const runner = await open((_request, response) =>
      response.end(JSON.stringify({ outputs: [{ name: 'mask', shape: [1, 2], datatype: 'FP32', data: [[0.5, 1]] }] })),
    );
    expect(await runner.run('seg', INPUT)).toEqual({ mask: { data: Float32Array.from([0.5, 1]), dims: [1, 2] } });
  });

  it.each([
    [429, ModelBusyError],
    [503, ModelBusyError],
    [404, ModelMissingError],
    [400, ModelFailedError],
    [500, ModelFailedError],
  ])('tells what an answer %i means', async (status, kind) => {
    const runner = await open((_request, response) => response.writeHead(status, { 'retry-after': '2' }).end('no'));
    const error = await runner.run('seg', INPUT).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    if (error instanceof ModelBusyError) expect(error.retryAfterMs).toBe(2_000);
    if (error instanceof ModelFailedError) expect(error.retryable).toBe(status === 500);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no outputs', '{}'],
    ['whole numbers', '{"outputs":[{"name":"a","shape":[1],"datatype":"INT64","data":[1]}]}'],
    ['fewer numbers than its shape says', '{"outputs":[{"name":"a","shape":[3],"datatype":"FP32","data":[1]}]}'],
    ['texts', '{"outputs":[{"name":"a","shape":[1],"datatype":"FP32","data":["x"]}]}'],
    [
      'more bytes than there are',
      '{"outputs":[{"name":"a","shape":[3],"datatype":"FP32","parameters":{"binary_data_size":12}}]}',
    ],
  ])('refuses an answer of %s', async (_name, answer) => {
    const runner = await open((_request, response) => response.end(answer));
    await expect(runner.run('seg', INPUT)).rejects.toThrow(/not understood/);
  });

  it('gives up at the deadline and with the caller, and calls a server that is away worth another try', async () => {
    const silent: Handler = () => {};
    await expect((await open(silent, { deadlineMs: 30 })).run('seg', INPUT)).rejects.toThrow(ModelTimeoutError);
    const stop = new AbortController();
    const run = (await open(silent)).run('seg', INPUT, stop.signal);
    setTimeout(() => stop.abort(new Error('draining')), 10);
    await expect(run).rejects.toThrow('draining');
    const away = new HttpModelRunner({ url: 'http://127.0.0.1:1', models: [{ id: 'seg' }] });
    await expect(away.run('seg', INPUT)).rejects.toMatchObject({ name: 'ModelFailedError', retryable: true });
    expect(await away.isReady('seg')).toBe(false);
  });

  it('follows no redirect: the operator named this server and no other', async () => {
    const elsewhere = await serve(double);
    const runner = await open((_request, response) => response.writeHead(307, { location: `${elsewhere}/v2` }).end());
    await expect(runner.run('seg', INPUT)).rejects.toThrow(ModelFailedError);
  });

  it('runs a few at once, lets some wait and refuses the rest', async () => {
    const answers: (() => void)[] = [];
    const runner = await open((request, response, body) => answers.push(() => double(request, response, body)), {
      atOnce: 1,
      queueLimit: 1,
    });
    const first = runner.run('seg', INPUT);
    const second = runner.run('seg', INPUT);
    await expect(runner.run('seg', INPUT)).rejects.toThrow(ModelBusyError);
    await expect.poll(() => answers.length).toBe(1);
    answers[0]!();
    await first;
    await expect.poll(() => answers.length).toBe(2);
    answers[1]!();
    await expect(second).resolves.toHaveProperty('mask');
  });

  it('has a version that changes with the place it stands for', async () => {
    const at = (url: string, version?: string) =>
      new HttpModelRunner({ url, models: [{ id: 'seg', ...(version && { version }) }] }).version('seg');
    expect(at('http://a')).toMatch(/^seg@[0-9a-f]{12}$/);
    expect(new Set([at('http://a'), at('http://b'), at('http://a', '2')]).size).toBe(3);
    expect(new HttpModelRunner({ url: 'http://a', models: [] }).version('seg')).toBeNull();
  });
});

describe(RoutedModelRunner.name, () => {
  const fake = (id: string): ModelRunner => ({
    version: (modelId) => (modelId === id ? `${id}@1` : null),
    run: async (): Promise<Record<string, Tensor>> => ({ [id]: INPUT.image }),
    close: async () => {},
  });

  it('asks the first runner that has the model', async () => {
    const runner = new RoutedModelRunner([fake('a'), fake('b')]);
    expect(runner.version('b')).toBe('b@1');
    expect(await runner.run('b', {})).toHaveProperty('b');
    await expect(runner.run('c', {})).rejects.toThrow(ModelMissingError);
  });
});
