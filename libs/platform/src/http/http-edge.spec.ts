import { Writable } from 'node:stream';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Type } from 'class-transformer';
import { IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logging.js';
import { Metrics } from '../metrics.js';
import { RateLimiter } from '../rate-limits/rate-limiter.js';
import { hardenHttp } from './harden.js';
import { Problem } from './problem.js';

class Person {
  @IsString()
  @MaxLength(20)
  name!: string;
}

class Order {
  @IsInt()
  count!: number;

  @ValidateNested()
  @Type(() => Person)
  person!: Person;
}

@Controller()
class OrdersController {
  @Post('orders')
  order(@Body() order: Order): { count: number; person: string } {
    return { count: order.count, person: order.person.constructor.name };
  }

  @Post('echo')
  echo(@Body() body: object): object {
    return body;
  }

  @Get('broken')
  broken(): never {
    throw new Error('connection to 10.0.0.1 failed for МАРКЕР');
  }

  @Get('orders/:id')
  one(@Param('id') id: string): { id: string } {
    return { id };
  }

  @Get('busy')
  busy(): never {
    throw new Problem(429, 'RATE_LIMITED', 'Too many requests', {
      headers: { 'Retry-After': '7' },
      extra: { limit: 5 },
    });
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

describe('other origins', () => {
  it('may call only when they are listed, and then read the headers of limits', async () => {
    const open = await NestFactory.create<NestExpressApplication>(OrdersModule, { logger: false, bodyParser: false });
    hardenHttp(open, {
      logger: createLogger({ level: 'silent', app: 'test' }),
      metrics: new Metrics({ processMetrics: false }),
      corsOrigins: ['https://partner.example'],
    });
    await open.listen(0, '127.0.0.1');
    const url = `${(await open.getUrl()).replace('[::1]', '127.0.0.1')}/orders/1`;
    const preflight = (origin: string) =>
      fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'DELETE' } });
    const listed = await preflight('https://partner.example');
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://partner.example');
    expect(listed.headers.get('access-control-allow-methods')).toBe('GET,POST,PATCH,DELETE');
    expect(listed.headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['https://partner.example.evil.example', 'http://partner.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const read = await fetch(url, { headers: { origin: 'https://partner.example' } });
    expect(read.headers.get('access-control-expose-headers')).toContain('Retry-After');
    await open.close();
  });
});

describe('limit of an address', () => {
  it('refuses a flood before reading it, leaves probes alone and counts', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const flooded = await NestFactory.create<NestExpressApplication>(OrdersModule, {
      logger: false,
      bodyParser: false,
    });
    hardenHttp(flooded, {
      logger: createLogger({ level: 'silent', app: 'test' }),
      metrics,
      corsOrigins: [],
      trustedProxies: 1,
      addressLimit: { perMinute: 3, limiter: new RateLimiter({ metrics }) },
    });
    await flooded.listen(0, '127.0.0.1');
    const url = (await flooded.getUrl()).replace('[::1]', '127.0.0.1');
    const from = (address: string, route = '/orders/1') =>
      fetch(url + route, { headers: { 'x-forwarded-for': address } });
    const statuses = [];
    for (let i = 1; i <= 4; i += 1) statuses.push((await from(`2001:db8::${i}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await from('2001:db8::9');
    expect(await refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.headers.get('retry-after')).toBe('20');
    expect((await from('203.0.113.1')).status).toBe(200);
    expect((await from('2001:db8::9', '/health/live')).status).toBe(404);
    expect((await metrics.rateLimited.get()).values).toEqual([{ labels: { kind: 'address' }, value: 2 }]);
    await flooded.close();
  });
});

describe(hardenHttp.name, () => {
  let app: NestExpressApplication;
  let url: string;
  let logged = '';
  beforeAll(async () => {
    const destination = new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk);
        done();
      },
    });
    app = await NestFactory.create<NestExpressApplication>(OrdersModule, { logger: false, rawBody: true });
    hardenHttp(app, {
      logger: createLogger({ level: 'info', app: 'test', destination }),
      metrics: new Metrics({ processMetrics: false }),
      corsOrigins: [],
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  const post = async (path: string, body: string, type = 'application/json') => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': type }, body });
    const text = await response.text();
    return { response, text, body: JSON.parse(text) as Record<string, unknown> };
  };

  it('turns a valid body into its class', async () => {
    const { response, body } = await post('/orders', '{"count":2,"person":{"name":"А"}}');
    expect(response.status).toBe(201);
    expect(body).toEqual({ count: 2, person: 'Person' });
  });

  it('names every wrong and unknown field and repeats no value', async () => {
    const { response, text, body } = await post('/orders', '{"count":"МАРКЕР","person":{"name":7},"extra":"МАРКЕР"}');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(body.code).toBe('VALIDATION_FAILED');
    const fields = (body.errors as { field: string }[]).map((error) => error.field).sort();
    expect(fields).toEqual(['count', 'extra', 'person.name']);
    expect(text).not.toContain('МАРКЕР');
  });

  it.each([
    { what: 'malformed JSON', body: '{"a": МАРКЕР', type: undefined, status: 400, code: 'MALFORMED_JSON' },
    { what: 'a bare value', body: '"МАРКЕР"', type: undefined, status: 400, code: 'MALFORMED_JSON' },
    {
      what: 'a body of 1 MB',
      body: JSON.stringify({ a: 'я'.repeat(600_000) }),
      type: undefined,
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    {
      what: 'a body nested 50,000 deep',
      body: `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      type: undefined,
      status: 400,
      code: 'BODY_TOO_DEEP',
    },
    {
      what: 'an unknown charset',
      body: '{}',
      type: 'application/json; charset=koi8-x',
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    },
  ])('answers $what with $code', async ({ body, type, status, code }) => {
    const answer = await post('/echo', body, type);
    expect([answer.response.status, answer.body.code]).toEqual([status, code]);
    expect(answer.response.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/МАРКЕР|at .*\.js/);
  });

  it('answers an unknown address and a broken one in the same form', async () => {
    const missing = await fetch(`${url}/nothing-here`);
    expect([missing.status, ((await missing.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
    const malformed = await fetch(`${url}/orders/%E0%A4%A`);
    expect([malformed.status, malformed.headers.get('content-type')?.split(';')[0]]).toEqual([
      400,
      'application/problem+json',
    ]);
  });

  it('hides what broke from the caller and logs it', async () => {
    const response = await fetch(`${url}/broken`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/10\.0\.0\.1|МАРКЕР|Error/);
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(logged).toContain('request failed');
  });

  it('passes headers and extra members of a problem on', async () => {
    const response = await fetch(`${url}/busy`);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ code: 'RATE_LIMITED', limit: 5 });
  });

  it('sends security headers and does not name the server', async () => {
    const { headers } = await fetch(`${url}/nothing-here`);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});
