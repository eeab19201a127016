import { type DynamicModule, Global, Module } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config/config.js';
import { FileLinks } from './files/file-links.js';
import { FilesController } from './files/files.controller.js';
import { FILE_STORE, type FileStore } from './files/files.tokens.js';
import { HealthRegistry } from './http/health.js';
import { OperationsController } from './http/operations.controller.js';
import type { Logger } from './logging.js';
import { Metrics } from './metrics.js';

export const POOL = Symbol('Pool');
export const LOGGER = Symbol('Logger');

/** What a process has opened before Nest creates its modules. */
export interface PlatformParts {
  config: Config;
  pool: pg.Pool;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  files: FileStore;
  links: FileLinks;
  health: HealthRegistry;
}

/** Offers the opened parts to every module of the process, with probes, metrics and signed files. */
@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes.
export class PlatformModule {
  static forRoot(parts: PlatformParts): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: parts.config },
      { provide: POOL, useValue: parts.pool },
      { provide: LOGGER, useValue: parts.logger },
      { provide: Clock, useValue: parts.clock },
      { provide: FILE_STORE, useValue: parts.files },
      { provide: FileLinks, useValue: parts.links },
      { provide: HealthRegistry, useValue: parts.health },
      { provide: Metrics, useValue: parts.metrics },
    ];
    return {
      module: PlatformModule,
      controllers: [OperationsController, FilesController],
      providers,
      exports: providers,
    };
  }
}
