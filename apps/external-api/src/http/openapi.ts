import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the OpenAPI document at /api/openapi.json and its page at /docs; call it after the app's edge is hardened. */
export function setupOpenApi(app: INestApplication): void {
  const settings = new DocumentBuilder()
    .setTitle('WeWall AI')
    .setDescription(
      'Chats with the assistant and its computed services. Errors are application/problem+json with a stable `code`. ' +
        'Every answer tells the key’s allowance in RateLimit headers.',
    )
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'Outside production the key `dev` works until a key is issued',
    })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, settings), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerOptions: { validatorUrl: null },
  });
}
