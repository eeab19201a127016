/** Text with bold stretches, kept apart from any markup so that it can be cut anywhere and escaped last. */
export interface FormattedText {
  text: string;
  /** Half-open ranges of UTF-16 offsets into `text`, ascending, not overlapping. */
  bold: { start: number; end: number }[];
}

/** Joins parts with a separator, shifting their ranges. Parts without text are left out. */
export function joinFormatted(parts: FormattedText[], separator: string): FormattedText {
  const joined: FormattedText = { text: '', bold: [] };
  for (const part of parts) {
    if (part.text === '') continue;
    if (joined.text !== '') joined.text += separator;
    const shift = joined.text.length;
    joined.text += part.text;
    joined.bold.push(...part.bold.map(({ start, end }) => ({ start: start + shift, end: end + shift })));
  }
  return joined;
}

function slice(source: FormattedText, from: number, to: number): FormattedText {
  return {
    text: source.text.slice(from, to),
    bold: source.bold
      .filter(({ start, end }) => start < to && end > from)
      .map(({ start, end }) => ({ start: Math.max(start, from) - from, end: Math.min(end, to) - from })),
  };
}

const graphemes = new Intl.Segmenter('ru', { granularity: 'grapheme' });

/** The last place at or before `limit` where the text may be cut without breaking a visible character. */
function graphemeBoundary(text: string, limit: number): number {
  // A grapheme is a few code units; segmenting the tail of the window is enough and keeps this linear.
  const from = Math.max(0, limit - 64);
  let boundary = from;
  for (const { index, segment } of graphemes.segment(text.slice(from, limit + 64))) {
    if (from + index + segment.length > limit) break;
    boundary = from + index + segment.length;
  }
  return boundary > from ? boundary : limit;
}

function cutPoint(text: string, limit: number): number {
  const window = text.slice(0, limit + 1);
  // A cut in the first half would make a stub of a message: then a finer kind of boundary is better.
  for (const boundary of ['\n\n', '\n', '. ', ' ']) {
    const at = window.lastIndexOf(boundary, limit - (boundary === '. ' ? 1 : 0));
    if (at >= limit / 2) return boundary === '. ' ? at + 1 : at;
  }
  return graphemeBoundary(text, limit);
}

/**
 * Cuts a text into pieces of at most `limit` UTF-16 code units at the coarsest boundary there is: paragraph, line,
 * sentence, word, visible character. White space at the cuts is dropped; everything else survives in order.
 */
export function splitFormatted(source: FormattedText, limit: number): FormattedText[] {
  const pieces: FormattedText[] = [];
  let rest = trim(source);
  while (rest.text.length > limit) {
    const cut = cutPoint(rest.text, limit);
    const piece = trim(slice(rest, 0, cut));
    if (piece.text !== '') pieces.push(piece);
    rest = trim(slice(rest, cut, rest.text.length));
  }
  if (rest.text !== '') pieces.push(rest);
  return pieces;
}

function trim(source: FormattedText): FormattedText {
  const from = source.text.length - source.text.trimStart().length;
  return slice(source, from, Math.max(from, source.text.trimEnd().length));
}

/** Escapes what Telegram's HTML mode treats as markup: `&`, `<`, `>` (and `"` for attributes). */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Writes the text in Telegram's HTML mode. */
export function toHtml({ text, bold }: FormattedText): string {
  let html = '';
  let at = 0;
  for (const { start, end } of bold) {
    html += `${escapeHtml(text.slice(at, start))}<b>${escapeHtml(text.slice(start, end))}</b>`;
    at = end;
  }
  return html + escapeHtml(text.slice(at));
}
