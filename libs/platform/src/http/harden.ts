import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import type { Logger } from '../logging.js';
import type { Metrics } from '../metrics.js';
import { type AddressLimit, limitAddresses } from './address-limit.js';
import { nameBodyErrors, refuseDeepBodies } from './body-limits.js';
import { ProblemFilter } from './problem.filter.js';
import { createValidationPipe } from './validation.js';

/** Largest JSON or form body, bytes: a message of 4,000 characters fits many times over. */
const BODY_LIMIT = 256 * 1024;

/** Headers of ours that a page of another origin may read. */
const EXPOSED_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Idempotency-Replayed',
  'Deprecation',
  'Sunset',
  'Link',
];

export interface HttpEdgeOptions {
  logger: Logger;
  metrics: Metrics;
  corsOrigins: string[];
  /** Absent: an address may ask as often as it likes. */
  addressLimit?: AddressLimit;
  /** Number of proxies in front whose X-Forwarded-For is trusted; 0 = none. */
  trustedProxies?: number;
}

interface TimedRequest {
  method: string;
  route?: { path?: string };
}

interface TimedResponse {
  statusCode: number;
  on(event: 'finish', listener: () => void): void;
}

/**
 * Everything every HTTP process of ours has in common: security headers, body limits, problem+json for every error,
 * validation of every body, request durations. The raw body is kept for signed hooks (create the app with `rawBody: true`).
 */
export function hardenHttp(app: INestApplication, options: HttpEdgeOptions): void {
  const express = app as NestExpressApplication;
  express.disable('x-powered-by');
  express.set('trust proxy', options.trustedProxies ?? 0);
  express.set('query parser', 'simple');
  if (options.addressLimit) app.use(limitAddresses(options.addressLimit, options.metrics));
  express.useBodyParser('json', { limit: BODY_LIMIT, strict: true });
  express.useBodyParser('urlencoded', { limit: BODY_LIMIT, extended: false, parameterLimit: 5_000 });
  app.use(nameBodyErrors, refuseDeepBodies);
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          defaultSrc: ["'self'"],
          // The documentation page and the web chat bring no inline scripts; inline styles are what their libraries need.
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          frameAncestors: ["'none'"],
          upgradeInsecureRequests: null,
        },
      },
      // TLS is ended by nginx, which sends it.
      strictTransportSecurity: false,
      crossOriginEmbedderPolicy: false,
    }),
  );
  app.use((request: TimedRequest, response: TimedResponse, next: () => void) => {
    const started = performance.now();
    response.on('finish', () => {
      // The route's pattern, not the address: an address holds chat ids.
      const route = request.route?.path ?? 'other';
      options.metrics.httpSeconds.observe(
        { route, method: request.method, status: String(response.statusCode) },
        (performance.now() - started) / 1_000,
      );
    });
    next();
  });
  if (options.corsOrigins.length > 0) {
    app.enableCors({
      origin: options.corsOrigins,
      methods: ['GET', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 600,
    });
  }
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(options.logger));
}
