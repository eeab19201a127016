import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  ConfigError,
  DataDirectoryInUseError,
  hardenHttp,
  loadConfig,
  NestLogger,
  type OpenedPlatform,
  openPlatform,
} from '#libs/platform';

/** Serves a module over HTTP with everything the edge needs; closed with the process. Resolves with the address. */
export async function serveHttp(
  platform: OpenedPlatform,
  module: Type | DynamicModule,
  prepare: (app: NestExpressApplication) => Promise<void> | void = () => {},
): Promise<string> {
  const { config, logger, metrics, shutdown } = platform;
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger: new NestLogger(logger),
    rawBody: true,
    bodyParser: false,
  });
  hardenHttp(app, {
    logger,
    metrics,
    corsOrigins: config.http.corsOrigins,
    trustedProxies: config.http.trustedProxies,
    ...(config.http.ratePerAddress > 0 && {
      addressLimit: { perMinute: config.http.ratePerAddress, limiter: await platform.openRateLimiter() },
    }),
  });
  await prepare(app);
  try {
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new Error(`port ${config.http.port} is taken: stop the other process or set PORT`, { cause: error });
    }
    throw error;
  }
  shutdown.add('http', () => app.close());
  const { port } = app.getHttpServer().address() as { port: number };
  return `http://${config.http.host === '0.0.0.0' ? '127.0.0.1' : config.http.host}:${port}`;
}

/**
 * The life of a process: configuration, platform, `start`, signals. A mistake of the operator ends it with a sentence
 * that says what to do, anything else with a logged error; both with exit code 1.
 */
export async function runProcess(app: string, start: (platform: OpenedPlatform) => Promise<void>): Promise<void> {
  let platform: OpenedPlatform | null = null;
  try {
    platform = await openPlatform(loadConfig(), app);
    platform.shutdown.onSignals();
    await start(platform);
  } catch (error) {
    await platform?.shutdown.run();
    const expected = error instanceof ConfigError || error instanceof DataDirectoryInUseError;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`WeWall AI could not start: ${reason}\n`);
    if (!expected && platform) platform.logger.fatal({ err: error }, 'could not start');
    process.exitCode = 1;
    // Whatever was left open must not keep a process that does nothing alive.
    setTimeout(() => process.exit(1), 500).unref();
  }
}
