import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { embeddingOf, encodeVector } from './embedding.js';
import { type ChatRequest, complainAboutChat, complainAboutEmbeddings, type EmbeddingsRequest } from './requests.js';

/** How the simulated endpoint misbehaves; `none` is honest. */
export type OpenAiFault =
  | 'none'
  | 'slow'
  | 'rate-limited'
  | 'server-error'
  | 'malformed-json'
  | 'wrong-schema'
  | 'cut-stream'
  | 'stalled-stream'
  | 'refusal'
  | 'reset';

export interface OpenAiSimulatorOptions {
  apiKey?: string;
  /** Answers a request; an object is serialised as the structured answer. */
  answer: (request: ChatRequest) => unknown;
  /** Seconds in Retry-After of `rate-limited`. */
  retryAfter?: number;
  /** How long `slow` waits, ms. */
  slowMs?: number;
  /** Awaited before each piece of a streamed answer (16 characters), with what has been written before it: a slow stream. */
  pace?: (written: string) => Promise<void>;
  /** Vector of a text; default a bag of word stems, so that texts with common words are near. */
  embed?: (text: string) => number[];
}

/**
 * An OpenAI-compatible `/v1/chat/completions` and `/v1/embeddings` that checks requests the way the real one does (key,
 * model, roles, strict JSON schema: every property required, no additional properties; texts to embed) and fails on demand.
 */
export class OpenAiSimulator {
  /** Faults for the coming requests, first in first out; afterwards `fault`. */
  readonly script: OpenAiFault[] = [];
  fault: OpenAiFault = 'none';
  /** Accepted and refused requests, in order. */
  readonly journal: { status: number; request: ChatRequest | null; embeddings?: EmbeddingsRequest }[] = [];
  private server: Server | null = null;

  constructor(private readonly options: OpenAiSimulatorOptions) {}

  /** Starts on a free loopback port; returns the base URL to configure. */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.handle(request, response).catch(() => response.destroy());
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fail = (status: number, type: string, message: string, headers: Record<string, string> = {}) => {
      this.journal.push({ status, request: chat, ...(embeddings ? { embeddings } : {}) });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { message, type, param: null, code: null } }));
    };
    let chat: ChatRequest | null = null;
    let embeddings: EmbeddingsRequest | null = null;
    const isChat = request.url === '/v1/chat/completions';
    if (request.method !== 'POST' || (!isChat && request.url !== '/v1/embeddings')) {
      return fail(404, 'invalid_request_error', 'Unknown request URL');
    }
    if (request.headers.authorization !== `Bearer ${this.options.apiKey ?? 'test-key'}`) {
      return fail(401, 'invalid_request_error', 'Incorrect API key provided');
    }
    try {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      if (isChat) chat = body as ChatRequest;
      else embeddings = body as EmbeddingsRequest;
    } catch {
      return fail(400, 'invalid_request_error', 'We could not parse the JSON body of your request');
    }
    const complaint = chat ? complainAboutChat(chat) : embeddings ? complainAboutEmbeddings(embeddings) : null;
    if (complaint) return fail(400, 'invalid_request_error', complaint);
    const fault = this.script.shift() ?? this.fault;
    if (fault === 'reset') {
      this.journal.push({ status: 0, request: chat, ...(embeddings ? { embeddings } : {}) });
      request.socket.destroy();
      return;
    }
    if (fault === 'rate-limited') {
      return fail(429, 'rate_limit_exceeded', 'Rate limit reached', {
        'retry-after': String(this.options.retryAfter ?? 1),
      });
    }
    if (fault === 'server-error') return fail(503, 'server_error', 'The server is overloaded');
    this.journal.push({ status: 200, request: chat, ...(embeddings ? { embeddings } : {}) });
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, this.options.slowMs ?? 1_000));
    if (chat) await this.answerChat(response, chat, fault);
    else if (embeddings) this.answerEmbeddings(response, embeddings, fault);
  }

  private answerEmbeddings(response: ServerResponse, body: EmbeddingsRequest, fault: OpenAiFault): void {
    const texts = Array.isArray(body.input) ? body.input : [body.input];
    const vectors = texts.map(this.options.embed ?? embeddingOf);
    // A broken endpoint forgets a vector.
    const data = (fault === 'wrong-schema' ? vectors.slice(1) : vectors).map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? encodeVector(vector) : vector,
    }));
    const tokens = Math.ceil(texts.join('').length / 4);
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    const json = JSON.stringify({ object: 'list', data, model: body.model, usage });
    response.writeHead(200, { 'content-type': 'application/json' });
    if (fault === 'stalled-stream') response.write(json.slice(0, 20));
    else response.end(fault === 'malformed-json' ? json.slice(0, -3) : json);
  }

  private async answerChat(response: ServerResponse, body: ChatRequest, fault: OpenAiFault): Promise<void> {
    const answer = this.options.answer(body);
    const honest = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const content =
      fault === 'malformed-json'
        ? honest.slice(0, Math.max(1, honest.length - 3))
        : fault === 'wrong-schema'
          ? '{"surprise":true}'
          : honest;
    if (body.stream || fault === 'cut-stream' || fault === 'stalled-stream') {
      await this.stream(response, body, content, fault);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        id: `chatcmpl-${this.journal.length}`,
        object: 'chat.completion',
        created: 1_760_000_000,
        model: body.model,
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message:
              fault === 'refusal'
                ? { role: 'assistant', content: null, refusal: 'I cannot help with that.' }
                : { role: 'assistant', content, refusal: null },
          },
        ],
        usage: usageOf(body, content),
      }),
    );
  }

  private async stream(
    response: ServerResponse,
    body: ChatRequest,
    content: string,
    fault: OpenAiFault,
  ): Promise<void> {
    const isBroken = fault === 'cut-stream' || fault === 'stalled-stream';
    if (!body.stream) {
      // A non-streaming answer cut or stalled in the middle: fewer bytes than announced.
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '10000' });
      response.write('{"id":"chatcmpl-cut","choices":[');
      if (fault === 'cut-stream') setTimeout(() => response.destroy(), 5);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (choices: object[], usage: object | null = null) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-s', object: 'chat.completion.chunk', created: 1_760_000_000, model: body.model, choices, usage })}\n\n`;
    const delta = (part: object, finish: string | null = null) =>
      chunk([{ index: 0, delta: part, finish_reason: finish }]);
    response.write(delta({ role: 'assistant', content: '' }));
    if (fault === 'refusal') {
      response.write(delta({ refusal: 'I cannot help with that.' }));
    } else {
      const pieces = content.match(/[\s\S]{1,16}/g) ?? [];
      let written = '';
      for (const piece of isBroken ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces) {
        await this.options.pace?.(written);
        response.write(delta({ content: piece }));
        written += piece;
      }
    }
    if (fault === 'stalled-stream') return;
    if (fault === 'cut-stream') {
      // Later than the pieces, so that they arrive.
      setTimeout(() => response.destroy(), 5);
      return;
    }
    response.write(delta({}, 'stop'));
    if (body.stream_options?.include_usage) response.write(chunk([], usageOf(body, content)));
    response.end('data: [DONE]\n\n');
  }
}

/** A plain estimate, four characters a token: enough to exercise budgets. */
function usageOf(body: ChatRequest, content: string): object {
  const prompt = Math.ceil(JSON.stringify(body.messages).length / 4);
  const completion = Math.ceil(content.length / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
