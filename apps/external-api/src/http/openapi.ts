import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SUNSET_EXTENSION } from './deprecation.js';
import { refuseOtherMethods } from './other-methods.js';
import { describeValidation } from './validated-schemas.js';

/** Headers every answer to a key has. */
const ALLOWANCE = {
  RateLimit: { description: 'What is left of each policy', schema: { type: 'string' } },
  'RateLimit-Policy': { description: 'Requests (q) in a window of seconds (w)', schema: { type: 'string' } },
  'RateLimit-Limit': { description: 'Requests a minute', schema: { type: 'integer' } },
  'RateLimit-Remaining': { schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the allowance is full again', schema: { type: 'integer' } },
} as const;
const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } } as const;
const REPLAYED = {
  'Idempotency-Replayed': { description: '`true`: the request was done before', schema: { type: 'string' } },
} as const;

/** The OpenAPI document of the app: what the decorators say and what is the same for every operation. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('WeWall AI')
    .setDescription(
      'Chats with the assistant and its computed services. Errors are application/problem+json with a stable `code`. ' +
        'Every answer tells the key’s allowance in RateLimit headers. Limits, webhooks, versions: docs/api.md.',
    )
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'Outside production the key `dev` works until a key is issued',
    })
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  for (const operations of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'patch', 'delete'] as const) {
      const operation = operations[method];
      if (!operation) continue;
      if (SUNSET_EXTENSION in operation) operation.deprecated = true;
      const isIdempotent = operation.parameters?.some((one) => 'name' in one && one.name === 'Idempotency-Key');
      for (const [status, response] of Object.entries(operation.responses)) {
        if (!response || '$ref' in response) continue;
        response.headers = {
          ...response.headers,
          ...(status !== '401' && ALLOWANCE),
          ...(['409', '429'].includes(status) && RETRY_AFTER),
          ...(isIdempotent && Number(status) < 500 && REPLAYED),
        };
      }
    }
  }
  describeValidation(document.components?.schemas ?? {});
  closeBodies(document);
  return document;
}

/** Says of every schema a body consists of what validation does: fields nobody knows are refused. */
function closeBodies({ paths, components }: OpenAPIObject): void {
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const name = '$ref' in node && String(node.$ref).replace('#/components/schemas/', '');
    if (!name) {
      for (const part of Object.values(node)) visit(part);
      return;
    }
    const schema = components?.schemas?.[name];
    if (!schema || '$ref' in schema || schema.additionalProperties !== undefined) return;
    schema.additionalProperties = false;
    visit(schema.properties);
  };
  for (const { post, patch } of Object.values(paths)) visit([post?.requestBody, patch?.requestBody]);
}

/** Serves the OpenAPI document at /api/openapi.json and its page at /docs; call it after the app's edge is hardened. */
export function setupOpenApi(app: INestApplication): void {
  app.use(refuseOtherMethods(() => describeApi(app)));
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerOptions: { validatorUrl: null },
  });
}
