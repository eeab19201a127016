import type { IncomingMessage } from 'node:http';

/** An answer with `ok: false`, as the Bot API gives it. */
export class BotApiRefusal extends Error {
  constructor(
    readonly code: number,
    description: string,
    readonly parameters?: { retry_after?: number },
  ) {
    super(description);
  }
}

export const badRequest = (description: string): BotApiRefusal => new BotApiRefusal(400, `Bad Request: ${description}`);

export interface UploadedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

const MAX_BODY = 60 * 1024 * 1024;

/** Parameters of one call, from a JSON, urlencoded or multipart body or from the query, read with the Bot API's types. */
export class Parameters {
  private constructor(
    private readonly values: ReadonlyMap<string, unknown>,
    private readonly files: ReadonlyMap<string, UploadedFile>,
  ) {}

  static async read(request: IncomingMessage, query: URLSearchParams): Promise<Parameters> {
    const values = new Map<string, unknown>(query);
    const files = new Map<string, UploadedFile>();
    const type = request.headers['content-type'] ?? '';
    const body = await readBody(request);
    if (type.startsWith('application/json') && body.length > 0) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(body.toString('utf8'));
      } catch {
        throw badRequest("can't parse JSON object");
      }
      if (parsed === null || typeof parsed !== 'object') throw badRequest('object expected as parameters');
      for (const [key, value] of Object.entries(parsed)) values.set(key, value);
    } else if (type.startsWith('application/x-www-form-urlencoded')) {
      for (const [key, value] of new URLSearchParams(body.toString('utf8'))) values.set(key, value);
    } else if (type.startsWith('multipart/form-data')) {
      const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
      for (const [key, value] of form) {
        if (typeof value === 'string') values.set(key, value);
        else
          files.set(key, { name: value.name, contentType: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
      }
    }
    return new Parameters(values, files);
  }

  /** A string; a number or a boolean is written out, as the Bot API does. */
  text(name: string): string | undefined {
    const value = this.values.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object') throw badRequest(`parameter "${name}" must be a string`);
    return String(value);
  }

  integer(name: string): number | undefined {
    const value = this.values.get(name);
    if (value === undefined || value === null || value === '') return undefined;
    const number = Number(value);
    if (typeof value === 'object' || !Number.isSafeInteger(number))
      throw badRequest(`field "${name}" must be a valid Number`);
    return number;
  }

  /** An object or an array, given as JSON or as a string of JSON. */
  object(name: string): unknown {
    const value = this.values.get(name);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'object') return value;
    try {
      return JSON.parse(String(value));
    } catch {
      throw badRequest(`can't parse ${name} JSON object`);
    }
  }

  /** The uploaded file a parameter points to: the part itself or `attach://part`. */
  file(name: string): UploadedFile | undefined {
    const direct = this.files.get(name);
    if (direct) return direct;
    const reference = /^attach:\/\/(.+)$/.exec(String(this.values.get(name) ?? ''));
    return reference?.[1] === undefined ? undefined : this.files.get(reference[1]);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new BotApiRefusal(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
