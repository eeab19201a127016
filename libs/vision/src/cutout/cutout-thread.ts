// Runs in a worker thread of CutoutThreads: arithmetic over millions of pixels.
import type { Raster } from '../image/raster.js';
import { centreObject } from './centre.js';
import { decontaminate as takeOutGround } from './decontaminate.js';
import { castShadow } from './shadow.js';

export async function centre({ picture, mask }: { picture: Raster; mask: Raster }): Promise<Raster | null> {
  return centreObject(picture, mask);
}

export function decontaminate(cut: Raster): Raster {
  return takeOutGround(cut);
}

export async function shadow(cut: Raster): Promise<Raster> {
  return castShadow(cut);
}
