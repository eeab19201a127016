import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import type { Estate } from '../types.js';
import { facadeSvg } from './facade.js';
import { photoPath } from './photo-path.js';

/** Draws the pictures that the buildings name into `directory`. */
export async function drawPhotos(estates: readonly Estate[], directory: string): Promise<void> {
  await mkdir(path.join(directory, 'photos'), { recursive: true });
  for (const estate of estates) {
    const [photo] = estate.photos;
    if (photo !== photoPath(estate.id)) continue;
    const drawn = new Resvg(facadeSvg(estate), { font: { loadSystemFonts: false } }).render();
    await writeFile(
      path.join(directory, 'photos', path.basename(photo)),
      await sharp(drawn.asPng()).webp({ quality: 72, effort: 6 }).toBuffer(),
    );
  }
}
