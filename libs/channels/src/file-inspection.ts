import { fileTypeFromBuffer } from 'file-type';
import { isArchiveWithinBounds } from './archive-bounds.js';

/** Types a client may send, by content. Anything else is refused: nothing here is ever executed or rendered as HTML. */
const ACCEPTED = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/heic', 'heic'],
  ['image/heif', 'heif'],
  ['application/pdf', 'pdf'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['audio/ogg', 'ogg'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp4', 'm4a'],
  ['video/mp4', 'mp4'],
]);

/** Documents that are ZIP archives inside. */
const ARCHIVES = new Set(['docx', 'xlsx']);

/** The largest file a client may send, bytes (also what the Telegram Bot API lets a bot download). */
export const MAX_CLIENT_FILE = 20 * 1024 * 1024;

/** What a file is by its own bytes, whatever its name and the sender claim; undefined when it is not accepted or would not stay small when unpacked. */
export async function inspectFile(bytes: Uint8Array): Promise<{ contentType: string; extension: string } | undefined> {
  const detected = await fileTypeFromBuffer(bytes);
  if (!detected) return undefined;
  // `audio/ogg; codecs=opus` and the like.
  const contentType = detected.mime.split(';')[0] ?? '';
  const extension = ACCEPTED.get(contentType);
  if (ARCHIVES.has(extension ?? '') && !isArchiveWithinBounds(bytes)) return undefined;
  return extension === undefined ? undefined : { contentType, extension };
}

/** A file name safe to store and show: no path, no control characters, at most 120 characters, the extension kept. */
export function safeFileName(name: string, extension: string): string {
  const base = (name.split(/[\\/]/).at(-1) ?? '')
    .replace(/\p{Surrogate}|[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
    .replace(/^\.+/, '')
    .trim();
  const stem = base.replace(/\.[^.]{1,8}$/, '').slice(0, 110) || 'file';
  const given = /\.([A-Za-z0-9]{1,8})$/.exec(base)?.[1]?.toLowerCase();
  return `${stem}.${given === 'jpeg' && extension === 'jpg' ? 'jpeg' : extension}`;
}
