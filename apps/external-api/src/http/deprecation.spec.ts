import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, hardenHttp, Metrics } from '#libs/platform';
import { Deprecated } from './deprecation.js';
import { describeApi, setupOpenApi } from './openapi.js';

@Controller('api/v1')
class OldController {
  @Get('old')
  @Deprecated({ since: '2026-01-01', sunset: '2026-07-01', link: 'https://example.org/docs/api.md#old' })
  @ApiOperation({ summary: 'Old' })
  @ApiResponse({ status: 200, description: 'ok' })
  old(): object {
    return {};
  }

  @Get('items/:id')
  item(): object {
    return {};
  }
}

@Module({ controllers: [OldController] })
class OldModule {}

describe('operations', () => {
  let app: NestExpressApplication;
  let base: string;
  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(OldModule, { logger: false, bodyParser: false });
    const logger = createLogger({ level: 'silent', app: 'test' });
    hardenHttp(app, { logger, metrics: new Metrics({ processMetrics: false }), corsOrigins: [] });
    setupOpenApi(app);
    await app.listen(0, '127.0.0.1');
    base = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  });
  afterAll(() => app.close());

  it('that are deprecated say since when, until when and what comes instead', async () => {
    const { headers } = await fetch(`${base}/api/v1/old`);
    expect(headers.get('deprecation')).toBe('@1767225600');
    expect(headers.get('sunset')).toBe('Wed, 01 Jul 2026 00:00:00 GMT');
    expect(headers.get('link')).toBe('<https://example.org/docs/api.md#old>; rel="deprecation"; type="text/html"');
    const operation = describeApi(app).paths['/api/v1/old']?.get;
    expect(operation).toMatchObject({ deprecated: true, summary: 'Old', 'x-sunset': '2026-07-01' });
    expect(describeApi(app).paths['/api/v1/items/{id}']?.get?.deprecated).toBeUndefined();
  });

  it('answer 405 and what is allowed to other methods, 404 to other addresses', async () => {
    const other = await fetch(`${base}/api/v1/items/7`, { method: 'PUT' });
    expect([other.status, other.headers.get('allow'), (await other.json()).code]).toEqual([
      405,
      'GET, HEAD',
      'METHOD_NOT_ALLOWED',
    ]);
    expect((await fetch(`${base}/api/v1/items/7`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${base}/api/v1/items/7/more`, { method: 'PUT' })).status).toBe(404);
    expect((await fetch(`${base}/elsewhere`, { method: 'PUT' })).status).toBe(404);
  });
});
