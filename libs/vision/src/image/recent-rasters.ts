import type { Raster } from './raster.js';

/** Working copies of the pictures looked at last: what follows on one look at a picture does not decode it again. */
export class RecentRasters {
  private readonly rasters = new Map<string, Promise<Raster>>();

  constructor(private readonly limit: number) {}

  /** The raster of the key, made when it is not there; a failure is not kept. */
  get(key: string, make: () => Promise<Raster>): Promise<Raster> {
    const known = this.rasters.get(key);
    this.rasters.delete(key);
    const raster = known ?? make();
    this.rasters.set(key, raster);
    if (!known) raster.catch(() => this.rasters.delete(key));
    for (const oldest of this.rasters.keys()) {
      if (this.rasters.size <= this.limit) break;
      this.rasters.delete(oldest);
    }
    return raster;
  }
}
