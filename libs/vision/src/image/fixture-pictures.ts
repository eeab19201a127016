import sharp, { type Sharp } from 'sharp';
import { mulberry32 } from '#libs/platform';
import type { Raster } from './raster.js';

/** A made-up scene: overlapping soft shapes over a gradient; every seed another. */
export function scene(seed: number, width = 320, height = 240): Raster {
  const random = mulberry32(seed);
  const blobs = Array.from({ length: 14 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (0.05 + 0.25 * random()) * width,
    colour: [random() * 255, random() * 255, random() * 255],
  }));
  const [slopeX, slopeY] = [random() - 0.5, random() - 0.5];
  const data = new Uint8Array(width * height * 3);
  const colour = new Float64Array(3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      colour.fill(128 + 120 * (slopeX * (x / width - 0.5) + slopeY * (y / height - 0.5)));
      for (const blob of blobs) {
        const [dx, dy] = [x - blob.x, y - blob.y];
        const squared = dx * dx + dy * dy;
        if (squared >= blob.radius * blob.radius) continue;
        const near = 1 - Math.sqrt(squared) / blob.radius;
        for (let channel = 0; channel < 3; channel++)
          colour[channel]! += near * (blob.colour[channel]! - colour[channel]!);
      }
      data.set(colour, at);
    }
  }
  return { data, width, height, channels: 3 };
}

/** A made-up floor plan: black walls on white; every seed another. */
export function plan(seed: number, width = 400, height = 300): Raster {
  const random = mulberry32(seed);
  const data = new Uint8Array(width * height * 3).fill(255);
  const wall = (left: number, top: number, w: number, h: number) => {
    for (let y = Math.max(0, top); y < Math.min(height, top + h); y++) {
      data.fill(0, (y * width + Math.max(0, left)) * 3, (y * width + Math.min(width, left + w)) * 3);
    }
  };
  const split = (left: number, top: number, w: number, h: number, depth: number) => {
    if (depth === 0 || w < 40 || h < 40) return;
    const share = 0.25 + 0.5 * random();
    if (random() < w / (w + h)) {
      wall(left + Math.round(w * share), top, 4, h);
      split(left, top, Math.round(w * share), h, depth - 1);
      split(left + Math.round(w * share), top, w - Math.round(w * share), h, depth - 1);
    } else {
      wall(left, top + Math.round(h * share), w, 4);
      split(left, top, w, Math.round(h * share), depth - 1);
      split(left, top + Math.round(h * share), w, h - Math.round(h * share), depth - 1);
    }
  };
  const [left, top] = [Math.round(10 + 60 * random()), Math.round(10 + 50 * random())];
  const [w, h] = [width - left - Math.round(10 + 60 * random()), height - top - Math.round(10 + 50 * random())];
  for (const [x, y, dx, dy] of [
    [left, top, w, 6],
    [left, top + h - 6, w, 6],
    [left, top, 6, h],
    [left + w - 6, top, 6, h],
  ] as const) {
    wall(x, y, dx, dy);
  }
  split(left, top, w, h, 4);
  return { data, width, height, channels: 3 };
}

/** The raster as input of sharp. */
export function encoder({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
