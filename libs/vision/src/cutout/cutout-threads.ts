import { Piscina } from 'piscina';
import { compiledFile } from '../compiled-file.js';
import type { Raster } from '../image/raster.js';

const IDLE_MS = 10_000;

/** The cut-out's arithmetic, outside the main thread. Threads begin with the first piece of work and end when there is none. */
export class CutoutThreads {
  private readonly pool: Piscina;

  constructor(threads: number) {
    this.pool = new Piscina({
      filename: compiledFile('cutout/cutout-thread'),
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      execArgv: [],
    });
  }

  centre(picture: Raster, mask: Raster, signal: AbortSignal): Promise<Raster | null> {
    return this.pool.run({ picture, mask }, { name: 'centre', signal }) as Promise<Raster | null>;
  }

  decontaminate(cut: Raster, signal: AbortSignal): Promise<Raster> {
    return this.pool.run(cut, { name: 'decontaminate', signal }) as Promise<Raster>;
  }

  shadow(cut: Raster, signal: AbortSignal): Promise<Raster> {
    return this.pool.run(cut, { name: 'shadow', signal }) as Promise<Raster>;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
