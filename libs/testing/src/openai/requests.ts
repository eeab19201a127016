export interface ChatRequest {
  model: string;
  messages: { role: string; content: unknown }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
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

export interface EmbeddingsRequest {
  model: string;
  input: string | string[];
  encoding_format?: 'float' | 'base64';
  dimensions?: number;
}

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool']);

/** Why the real endpoint would answer 400 to a chat request; null = it would not. */
export function complainAboutChat(body: ChatRequest): string | null {
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

/** Most texts of one request. */
const EMBEDDINGS_LIMIT = 2_048;

/** Why the real endpoint would answer 400 to a request for vectors; null = it would not. */
export function complainAboutEmbeddings(body: EmbeddingsRequest): string | null {
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  const texts = Array.isArray(body.input) ? body.input : [body.input];
  if (texts.length === 0 || texts.length > EMBEDDINGS_LIMIT) return "'$.input' is invalid: 1 to 2048 texts";
  if (texts.some((text) => typeof text !== 'string' || text === '')) return "'$.input' is invalid: non-empty strings";
  if (body.encoding_format && !['float', 'base64'].includes(body.encoding_format)) {
    return `Invalid value: '${body.encoding_format}'. Supported values are: 'float' and 'base64'`;
  }
  return null;
}
