import { ImageRefusal } from './image-refusal.js';

/** Where the parts of a picture's file are, by byte offset. */
export interface Container {
  /** Just past the picture; what follows is no part of it. */
  end: number;
  /** Parts that hold no pixels: texts, camera data, profiles. `[from, to)`. */
  metadata: [from: number, to: number][];
}

/** A file of more parts is made to keep us busy: 20 MB of ordinary chunks are a few thousand. */
const PARTS_LIMIT = 50_000;
/** As many sub-blocks as 20 MB of the usual 255 bytes have, and half as many again. */
const SUB_BLOCKS_LIMIT = 120_000;

const truncated = () => new ImageRefusal('image-truncated');
const corrupt = () => new ImageRefusal('image-corrupt');

/** Notes a part without pixels; parts side by side become one. */
function note(metadata: Container['metadata'], from: number, to: number): void {
  const last = metadata.at(-1);
  if (last?.[1] === from) last[1] = to;
  else metadata.push([from, to]);
}

/** Counts the parts of one file. */
function partCounter(limit = PARTS_LIMIT): () => void {
  let parts = 0;
  return () => {
    parts += 1;
    if (parts > limit) throw corrupt();
  };
}

/** Markers of JPEG (ITU-T T.81, table B.1) that stand alone. */
const isStandalone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** One segment of a JPEG header: the marker's offset and the offset just past the segment. */
export interface JpegSegment {
  marker: number;
  from: number;
  to: number;
}

/** Segments of a JPEG up to its end; entropy-coded data belong to the scan before them. */
export function* jpegSegments(bytes: Buffer): Generator<JpegSegment> {
  const count = partCounter();
  let at = 2;
  for (;;) {
    if (at + 1 >= bytes.length) throw truncated();
    if (bytes[at] !== 0xff) throw corrupt();
    const marker = bytes[at + 1]!;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === END_OF_IMAGE) {
      yield { marker, from: at, to: at + 2 };
      return;
    }
    if (isStandalone(marker)) {
      at += 2;
      continue;
    }
    if (at + 3 >= bytes.length) throw truncated();
    count();
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) throw corrupt();
    let to = at + 2 + length;
    if (to > bytes.length) throw truncated();
    if (marker === START_OF_SCAN) to = endOfScan(bytes, to);
    yield { marker, from: at, to };
    at = to;
  }
}

/** The next marker after entropy-coded data that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  // Byte by byte: searching for 0xff is faster for most pictures and a hundred times slower for one made of them.
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1]!;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw truncated();
}

function readJpeg(bytes: Buffer): Container {
  const metadata: Container['metadata'] = [];
  let end = bytes.length;
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) note(metadata, from, to);
    end = to;
  }
  return { end, metadata };
}

/** One chunk of a PNG by its offsets, length and checksum included. */
export interface PngChunk {
  type: string;
  from: number;
  to: number;
}

/** Chunks of a PNG up to its end. */
export function* pngChunks(bytes: Buffer): Generator<PngChunk> {
  const count = partCounter();
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw truncated();
    count();
    const type = bytes.toString('latin1', at + 4, at + 8);
    const to = at + 12 + bytes.readUInt32BE(at);
    if (!/^[A-Za-z]{4}$/.test(type)) throw corrupt();
    if (to > bytes.length) throw truncated();
    yield { type, from: at, to };
    if (type === 'IEND') return;
    at = to;
  }
}

/** Chunks whose bytes are pixels or the palette; all others may hold texts. */
const PNG_PIXELS = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'fdAT', 'fcTL', 'acTL', 'tRNS']);

function readPng(bytes: Buffer): Container {
  const metadata: Container['metadata'] = [];
  let end = bytes.length;
  for (const { type, from, to } of pngChunks(bytes)) {
    if (!PNG_PIXELS.has(type)) note(metadata, from, to);
    end = to;
  }
  return { end, metadata };
}

function readGif(bytes: Buffer): Container {
  const metadata: Container['metadata'] = [];
  const tableSize = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const byteAt = (at: number) => {
    const value = bytes[at];
    if (value === undefined) throw truncated();
    return value;
  };
  const [count, countSubBlock] = [partCounter(), partCounter(SUB_BLOCKS_LIMIT)];
  const endOfSubBlocks = (from: number) => {
    let at = from;
    for (let size = byteAt(at); size > 0; size = byteAt(at)) {
      countSubBlock();
      at += size + 1;
    }
    return at + 1;
  };
  for (let at = 13 + tableSize(byteAt(10)); ; ) {
    count();
    const kind = byteAt(at);
    if (kind === 0x3b) return { end: at + 1, metadata };
    if (kind === 0x21) {
      const to = endOfSubBlocks(at + 2);
      note(metadata, at, to);
      at = to;
    } else if (kind === 0x2c) {
      at = endOfSubBlocks(at + 11 + tableSize(byteAt(at + 9)));
    } else throw corrupt();
  }
}

function readWebp(bytes: Buffer): Container {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) throw truncated();
  const metadata: Container['metadata'] = [];
  const count = partCounter();
  for (let at = 12; at + 8 <= end; ) {
    count();
    const size = bytes.readUInt32LE(at + 4);
    const to = Math.min(end, at + 8 + size + (size & 1));
    if (!/^(VP8[ LX]|ALPH|ANIM|ANMF)$/.test(bytes.toString('latin1', at, at + 4))) note(metadata, at, to);
    at = to;
  }
  // A writer may or may not count the last padding byte.
  return { end: Math.min(bytes.length, end + (end & 1)), metadata };
}

/** Boxes of the ISO base media file format (AVIF); `mdat` holds the pixels. */
function readBoxes(bytes: Buffer): Container {
  const metadata: Container['metadata'] = [];
  const count = partCounter();
  let at = 0;
  while (at + 8 <= bytes.length) {
    count();
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[a-z0-9]{4}$/.test(type)) break;
    const short = bytes.readUInt32BE(at);
    if (short === 1 && at + 16 > bytes.length) throw truncated();
    const size = short === 0 ? bytes.length - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < 8) throw corrupt();
    if (at + size > bytes.length) throw truncated();
    if (type !== 'mdat') note(metadata, at, at + size);
    at += size;
  }
  if (at === 0) throw corrupt();
  return { end: at, metadata };
}

const READERS = { jpeg: readJpeg, png: readPng, gif: readGif, webp: readWebp, avif: readBoxes };

/**
 * Walks the file's structure without decoding it. A format whose structure does not say where it ends (TIFF) is all picture.
 * Throws ImageRefusal `image-truncated` or `image-corrupt`.
 */
export function readContainer(format: keyof typeof READERS | 'tiff', bytes: Buffer): Container {
  return format === 'tiff' ? { end: bytes.length, metadata: [] } : READERS[format](bytes);
}
