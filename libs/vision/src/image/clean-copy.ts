import sharp from 'sharp';
import { jpegSegments, pngChunks } from './container.js';
import { IMAGE_LIMITS, type ImageFacts, type ImageFormat, inspectImage, OPEN_OPTIONS, refusalOf } from './inspect.js';

/** The same picture without anything else the file told: no place, no camera, no texts, nothing behind the picture. */
export interface CleanImage {
  bytes: Buffer;
  contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  extension: 'jpg' | 'png' | 'webp';
  width: number;
  height: number;
}

/** Quality of a lossy copy that had to be encoded anew. */
const QUALITY = 92;
const JFIF = Buffer.from('JFIF\0', 'latin1');
const ADOBE = Buffer.from('Adobe', 'latin1');
const ICC = Buffer.from('ICC_PROFILE\0', 'latin1');
/** Length of the JFIF segment without a thumbnail, marker included. */
const JFIF_BYTES = 18;
/** Chunks of PNG that say how its pixels are to be seen. */
const PNG_KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'pHYs']);

/** The parts of a JPEG that hold the picture, unchanged; null when a colour profile must be applied first. */
function strippedJpeg(bytes: Buffer): Buffer | null {
  const parts = [bytes.subarray(0, 2)];
  for (const { marker, from, to } of jpegSegments(bytes)) {
    const body = bytes.subarray(from + 4, to);
    const begins = (text: Buffer) => body.subarray(0, text.length).equals(text);
    if (marker === 0xe2 && begins(ICC)) return null;
    if (marker === 0xe0 && begins(JFIF) && to - from >= JFIF_BYTES) {
      const header = Buffer.from(bytes.subarray(from, from + JFIF_BYTES));
      header.writeUInt16BE(JFIF_BYTES - 2, 2);
      // No thumbnail.
      header.writeUInt16BE(0, JFIF_BYTES - 2);
      parts.push(header);
    } else if (marker === 0xee && begins(ADOBE)) parts.push(bytes.subarray(from, to));
    else if (!(marker >= 0xe0 && marker <= 0xef) && marker !== 0xfe) parts.push(bytes.subarray(from, to));
  }
  return Buffer.concat(parts);
}

/** As `strippedJpeg`; an animated PNG becomes its still picture. */
function strippedPng(bytes: Buffer): Buffer | null {
  const parts = [bytes.subarray(0, 8)];
  for (const { type, from, to } of pngChunks(bytes)) {
    if (type === 'iCCP') return null;
    if (PNG_KEPT.has(type)) parts.push(bytes.subarray(from, to));
  }
  return Buffer.concat(parts);
}

const TYPES = {
  jpeg: { contentType: 'image/jpeg', extension: 'jpg' },
  png: { contentType: 'image/png', extension: 'png' },
  webp: { contentType: 'image/webp', extension: 'webp' },
} as const;

const STRIPPERS: Partial<Record<ImageFormat, (bytes: Buffer) => Buffer | null>> = {
  jpeg: strippedJpeg,
  png: strippedPng,
};

/**
 * What is stored and passed on instead of the file received. Upright JPEG and PNG in sRGB keep their pixels bit by bit; turned
 * ones are turned, colour profiles are applied, and other formats become JPEG, PNG or WebP, all at the same size; animated ones
 * become their first picture. Pixels are only decoded where they must be encoded anew. Throws ImageRefusal.
 */
export async function cleanCopy(bytes: Buffer): Promise<CleanImage> {
  const { format, width, height, orientation } = await inspectImage(bytes);
  if (orientation === 1) {
    const stripped = STRIPPERS[format]?.(bytes);
    if (stripped) {
      return { bytes: stripped, ...TYPES[format === 'jpeg' ? 'jpeg' : 'png'], width, height };
    }
  }
  return encodedAnew(bytes, format);
}

async function encodedAnew(bytes: Buffer, format: ImageFacts['format']): Promise<CleanImage> {
  const pipeline = sharp(bytes, OPEN_OPTIONS).timeout({ seconds: IMAGE_LIMITS.decodeSeconds }).autoOrient();
  try {
    const { hasAlpha } = await sharp(bytes, OPEN_OPTIONS).metadata();
    const isFlat = format === 'png' || format === 'gif';
    const encoded = isFlat
      ? pipeline.png()
      : format === 'webp' || hasAlpha
        ? pipeline.webp({ quality: QUALITY, lossless: format === 'webp' && isLosslessWebp(bytes) })
        : pipeline.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    const type = TYPES[info.format as keyof typeof TYPES];
    return { bytes: data, ...type, width: info.width, height: info.height };
  } catch (error) {
    throw refusalOf(error);
  }
}

const isLosslessWebp = (bytes: Buffer) => bytes.subarray(0, 4_096).includes('VP8L');
