import { webcrypto } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import sharp, { type SharpOptions } from 'sharp';
import { type Container, readContainer } from './container.js';
import { ImageRefusal } from './image-refusal.js';
import { isPolyglot } from './polyglot.js';

/** Bounds of one picture. */
export const IMAGE_LIMITS = { bytes: 20 * 1024 * 1024, pixels: 50_000_000, side: 30_000, decodeSeconds: 15 } as const;

const FORMATS = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
} as const satisfies Record<string, string>;
export type ImageFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** What is known of a picture without decoding it. */
export interface ImageFacts {
  format: ImageFormat;
  /** Pixels, as seen upright. */
  width: number;
  height: number;
  /** Size of the file. */
  bytes: number;
  /** More than one picture in the file; only the first is ever looked at. */
  animated: boolean;
  /** EXIF orientation, 1 (upright) to 8. */
  orientation: number;
}

/** How a picture is opened: strictly, the first page only, within limits. */
export const OPEN_OPTIONS: SharpOptions = {
  failOn: 'error',
  limitInputPixels: IMAGE_LIMITS.pixels,
  page: 0,
  pages: 1,
};

/** Bytes by which any accepted format can be told. */
const HEAD = 4_100;

const TIFF_MAGIC = [Buffer.from('II*\0', 'latin1'), Buffer.from('MM\0*', 'latin1')];

function isSvg(head: Buffer): boolean {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = head.toString('latin1').replaceAll(utf16 ? '\0' : '\ufeff', '');
  return /^[^<]{0,8}<(\?xml|!--|!doctype|svg)/i.test(text) && /<svg[\s>]/i.test(text);
}

/** The format by the file's own bytes; names and claimed types are never looked at. Throws ImageRefusal. */
export async function sniffImage(bytes: Buffer): Promise<ImageFormat> {
  const head = bytes.subarray(0, HEAD);
  const mime: string | undefined = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
  if (mime !== undefined && Object.hasOwn(FORMATS, mime)) return FORMATS[mime as keyof typeof FORMATS];
  // Its kind cannot be told from the head alone: the directory that says so may lie anywhere.
  if (mime === undefined && TIFF_MAGIC.some((magic) => head.subarray(0, magic.length).equals(magic))) return 'tiff';
  if (isSvg(head)) throw new ImageRefusal('image-svg');
  throw new ImageRefusal(mime?.startsWith('image/') ? 'image-format-unsupported' : 'image-not-an-image');
}

/** What a failure of sharp says about the file. */
export function refusalOf(error: unknown): ImageRefusal {
  if (error instanceof ImageRefusal) return error;
  const message = error instanceof Error ? error.message : '';
  const code = /pixel limit/i.test(message)
    ? 'image-too-many-pixels'
    : /timeout/i.test(message)
      ? 'image-decode-timeout'
      : /premature|truncat|unexpected end|end of (file|stream|data)|not enough|insufficient|too few/i.test(message)
        ? 'image-truncated'
        : 'image-corrupt';
  return new ImageRefusal(code, { cause: error });
}

/** Looks at the picture's header and structure within a few milliseconds. Throws ImageRefusal. */
export async function inspectImage(bytes: Buffer): Promise<ImageFacts & { container: Container }> {
  if (bytes.length === 0) throw new ImageRefusal('image-empty');
  if (bytes.length > IMAGE_LIMITS.bytes) throw new ImageRefusal('image-too-large');
  const format = await sniffImage(bytes);
  let container: Container;
  try {
    container = readContainer(format, bytes);
  } catch (error) {
    // A read past the end.
    if (error instanceof RangeError) throw new ImageRefusal('image-truncated', { cause: error });
    throw error;
  }
  if (await isPolyglot(bytes, container)) throw new ImageRefusal('image-polyglot');
  const header = await sharp(bytes, OPEN_OPTIONS)
    .metadata()
    .catch((error: unknown) => {
      throw refusalOf(error);
    });
  // AVIF is told as HEIF with another compression.
  if (header.format !== (format === 'avif' ? 'heif' : format)) throw new ImageRefusal('image-corrupt');
  const { width, height } = header;
  if (!width || !height) throw new ImageRefusal('image-corrupt');
  if (width * height > IMAGE_LIMITS.pixels || Math.max(width, height) > IMAGE_LIMITS.side)
    throw new ImageRefusal('image-too-many-pixels');
  const orientation = header.orientation ?? 1;
  const isTurned = orientation >= 5;
  return {
    format,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    bytes: bytes.length,
    animated: (header.pages ?? 1) > 1,
    orientation,
    container,
  };
}

/** As `inspectImage`, without the file's structure. */
export async function imageFacts(bytes: Buffer): Promise<ImageFacts> {
  const { container, ...facts } = await inspectImage(bytes);
  return facts;
}

/** sha256, hex; computed outside the main thread. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
