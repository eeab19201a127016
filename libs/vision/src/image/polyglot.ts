import { setImmediate } from 'node:timers/promises';
import type { Container } from './container.js';

/** What other programs would run, render or unpack: long enough never to occur by chance in camera data. */
const FOREIGN = [
  '<?php',
  '<script',
  '<iframe',
  '<html',
  '<!doctype html',
  '<svg ',
  '%pdf-',
  '7z\xbc\xaf\x27\x1c',
  'rar!\x1a\x07',
  '#!/bin/',
  '\x7felf',
];
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
const ZIP_END_BYTES = 22;
const ZIP_COMMENT_MAX = 65_535;
/** A reader of PDF looks for its header here. */
const PDF_HEAD = 1_024;

/** Searched at once, bytes: about a millisecond; the event loop goes on in between. */
const WINDOW = 256 * 1024;
const LONGEST = Math.max(...FOREIGN.map(({ length }) => length));

async function holds(bytes: Buffer, from: number, to: number): Promise<boolean> {
  for (let at = from; at < to; at += WINDOW) {
    const text = bytes.toString('latin1', at, Math.min(to, at + WINDOW + LONGEST)).toLowerCase();
    if (FOREIGN.some((signature) => text.includes(signature))) return true;
    if (at + WINDOW < to) await setImmediate();
  }
  return false;
}

/** The end record of a ZIP archive, which readers look for from the end of a file, whatever the file begins with. */
function endsLikeZip(bytes: Buffer): boolean {
  const at = bytes.lastIndexOf(ZIP_END);
  if (at < 0 || at < bytes.length - ZIP_END_BYTES - ZIP_COMMENT_MAX || at + ZIP_END_BYTES > bytes.length) return false;
  return at + ZIP_END_BYTES + bytes.readUInt16LE(at + 20) <= bytes.length;
}

/**
 * Whether the file is also something else: a script or a page in its texts or behind the picture, an archive, a document. What a
 * camera appends (a second picture, a short film) is not: only our own clean copies are stored.
 */
export async function isPolyglot(bytes: Buffer, { end, metadata }: Container): Promise<boolean> {
  if (endsLikeZip(bytes) || bytes.toString('latin1', 0, PDF_HEAD).includes('%PDF-')) return true;
  if (end < bytes.length && (await holds(bytes, end, bytes.length))) return true;
  for (const [from, to] of metadata) if (await holds(bytes, from, to)) return true;
  return false;
}
