import path from 'node:path';

/** A name that is only a name: no path, no control characters, at most 120 characters, extension kept. */
export function safeName(name: string): string {
  const base = name
    .replace(/^.*[\\/]/, '')
    .replace(/[\u0000-\u001F\u007F"<>|:*?]/g, '')
    .trim()
    .replace(/^\.+/, '');
  const extension = path.extname(base).slice(0, 12);
  const stem = base.slice(0, base.length - path.extname(base).length).slice(0, 120 - extension.length);
  return `${stem || 'file'}${extension}`;
}
