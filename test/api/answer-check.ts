import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Schema {
  [keyword: string]: unknown;
}

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

/** What of an OpenAPI 3.0 document is read here. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema. */
function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, plainSchema(value)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

/** Checks answers of a running server against its own document. */
export class AnswerCheck {
  /** Operations that were called, as `POST /path/{of}`. */
  readonly called = new Set<string>();
  private readonly ajv: Ajv;
  private readonly routes: { pattern: RegExp; path: string }[];

  constructor(private readonly document: ApiDocument) {
    this.ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', ...(plainSchema({ components: document.components }) as Schema) });
    // Fixed parts before parameters: `/chats/{id}` must not take what `/chats/all` means.
    this.routes = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`) }));
  }

  /** Every operation of the document. */
  get operations(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Throws when the status, the content type or the content of the answer is not documented. */
  async check(method: string, url: string, response: Response): Promise<void> {
    const { pathname } = new URL(url);
    const path = this.routes.find(({ pattern }) => pattern.test(pathname))?.path ?? pathname;
    const name = `${method.toUpperCase()} ${path}`;
    this.called.add(name);
    const documented = this.document.paths[path]?.[method.toLowerCase()]?.responses[response.status];
    if (!documented) throw new Error(`${name} answered ${response.status}, which is not documented`);
    const type = response.headers.get('content-type')?.split(';')[0];
    if (type === undefined) {
      if (documented.content) throw new Error(`${name} ${response.status} has no content`);
      return;
    }
    const content = documented.content?.[type];
    if (!content) throw new Error(`${name} ${response.status} is ${type}, which is not documented`);
    if (!type.endsWith('json') || !content.schema) return;
    const validate = this.validatorOf(content.schema);
    const body = await response.clone().json();
    if (!validate(body)) throw new Error(`${name} ${response.status}: ${this.ajv.errorsText(validate.errors)}`);
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const text = JSON.stringify(plainSchema(schema)).replaceAll('"#/components/', '"api#/components/');
    return this.ajv.compile(JSON.parse(text) as Schema);
  }
}
