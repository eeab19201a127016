import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the simulated endpoint misbehaves; `none` is honest. */
export type OpenAiFault =
  | 'none'
  | 'slow'
  | 'rate-limited'
  | 'server-error'
  | 'malformed-json'
  | 'wrong-schema'
  | 'cut-stream'
  | 'refusal'
  | 'reset';

export interface ChatRequest {
  model: string;
  messages: { role: string; content: unknown }[];
  stream?: boolean;
  response_format?: { type: string; json_schema?: { name: string; strict?: boolean; schema: JsonSchema } };
}

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

export interface OpenAiSimulatorOptions {
  apiKey?: string;
  /** Answers a request; an object is serialised as the structured answer. */
  answer: (request: ChatRequest) => unknown;
  /** Seconds in Retry-After of `rate-limited`. */
  retryAfter?: number;
  /** How long `slow` waits, ms. */
  slowMs?: number;
}

/**
 * An OpenAI-compatible `/v1/chat/completions` that checks requests the way the real one does (key, model, roles, strict
 * JSON schema: every property required, no additional properties) and fails on demand.
 */
export class OpenAiSimulator {
  /** Faults for the coming requests, first in first out; afterwards `fault`. */
  readonly script: OpenAiFault[] = [];
  fault: OpenAiFault = 'none';
  /** Accepted and refused requests, in order. */
  readonly journal: { status: number; request: ChatRequest | null }[] = [];
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
      this.journal.push({ status, request: body });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { message, type, param: null, code: null } }));
    };
    let body: ChatRequest | null = null;
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return fail(404, 'invalid_request_error', 'Unknown request URL');
    }
    if (request.headers.authorization !== `Bearer ${this.options.apiKey ?? 'test-key'}`) {
      return fail(401, 'invalid_request_error', 'Incorrect API key provided');
    }
    try {
      body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatRequest;
    } catch {
      return fail(400, 'invalid_request_error', 'We could not parse the JSON body of your request');
    }
    const complaint = complainAbout(body);
    if (complaint) return fail(400, 'invalid_request_error', complaint);
    const fault = this.script.shift() ?? this.fault;
    if (fault === 'reset') {
      this.journal.push({ status: 0, request: body });
      request.socket.destroy();
      return;
    }
    if (fault === 'rate-limited') {
      return fail(429, 'rate_limit_exceeded', 'Rate limit reached', {
        'retry-after': String(this.options.retryAfter ?? 1),
      });
    }
    if (fault === 'server-error') return fail(503, 'server_error', 'The server is overloaded');
    this.journal.push({ status: 200, request: body });
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, this.options.slowMs ?? 1_000));
    const answer = this.options.answer(body);
    const honest = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const content =
      fault === 'malformed-json'
        ? honest.slice(0, Math.max(1, honest.length - 3))
        : fault === 'wrong-schema'
          ? '{"surprise":true}'
          : honest;
    if (body.stream || fault === 'cut-stream') return this.stream(response, body, content, fault === 'cut-stream');
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

  private stream(response: ServerResponse, body: ChatRequest, content: string, cut: boolean): void {
    if (!body.stream) {
      // A non-streaming answer cut in the middle: fewer bytes than announced.
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '10000' });
      response.write('{"id":"chatcmpl-cut","choices":[');
      setTimeout(() => response.destroy(), 5);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-s', object: 'chat.completion.chunk', created: 1_760_000_000, model: body.model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    response.write(chunk({ role: 'assistant', content: '' }));
    const pieces = content.match(/[\s\S]{1,16}/g) ?? [];
    for (const [index, piece] of pieces.entries()) {
      if (cut && index >= pieces.length / 2) {
        response.destroy();
        return;
      }
      response.write(chunk({ content: piece }));
    }
    response.write(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  }
}

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool']);

function complainAbout(body: ChatRequest): string | null {
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return "'messages' must be a non-empty array";
  for (const message of body.messages) {
    if (!ROLES.has(message.role))
      return `Invalid value: '${message.role}'. Supported values are: ${[...ROLES].join(', ')}`;
    if (message.content === undefined) return "Missing required parameter: 'messages[].content'";
  }
  const format = body.response_format;
  if (format?.type === 'json_schema') {
    if (!format.json_schema?.name || !/^[\w-]{1,64}$/.test(format.json_schema.name)) return 'Invalid schema name';
    if (format.json_schema.strict) return complainAboutSchema(format.json_schema.schema, '()');
  }
  return null;
}

function complainAboutSchema(schema: JsonSchema, at: string): string | null {
  if (schema.type === 'object' || schema.properties) {
    if (schema.additionalProperties !== false) {
      return `Invalid schema: In context=${at}, 'additionalProperties' is required to be supplied and to be false`;
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!schema.required?.includes(name))
        return `Invalid schema: 'required' must include every key; missing '${name}'`;
      const complaint = complainAboutSchema(property, `${at}.${name}`);
      if (complaint) return complaint;
    }
  }
  for (const part of [schema.items, ...(schema.anyOf ?? [])]) {
    const complaint = part ? complainAboutSchema(part, at) : null;
    if (complaint) return complaint;
  }
  return null;
}

/** A plain estimate, four characters a token: enough to exercise budgets. */
function usageOf(body: ChatRequest, content: string): object {
  const prompt = Math.ceil(JSON.stringify(body.messages).length / 4);
  const completion = Math.ceil(content.length / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
