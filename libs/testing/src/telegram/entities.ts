/** Why the Bot API would refuse a text in HTML mode. */
export class EntityError extends Error {}

const TAGS = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'span',
  'tg-spoiler',
  'a',
  'tg-emoji',
  'code',
  'pre',
  'blockquote',
]);
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * Parses a text as `parse_mode: HTML` does and returns what the reader sees.
 * Throws EntityError, worded as the Bot API words it, on tags that are unknown, unclosed, crossed or not closed by `>`.
 */
export function visibleHtml(html: string): string {
  const open: string[] = [];
  let visible = '';
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    if (next === -1) {
      visible += decode(html.slice(at));
      break;
    }
    visible += decode(html.slice(at, next));
    const offset = Buffer.byteLength(html.slice(0, next));
    const tag = /^<(\/?)([a-z][a-z0-9-]*)?([^<>]*)>/i.exec(html.slice(next));
    if (!tag) throw new EntityError(`can't parse entities: Unclosed start tag at byte offset ${offset}`);
    const name = (tag[2] ?? '').toLowerCase();
    if (tag[1]) {
      const expected = open.pop();
      if (expected !== name) {
        throw new EntityError(
          expected === undefined
            ? `can't parse entities: Unexpected end tag at byte offset ${offset}`
            : `can't parse entities: Unmatched end tag at byte offset ${offset}, expected "</${expected}>", found "</${name}>"`,
        );
      }
    } else {
      if (!TAGS.has(name)) {
        throw new EntityError(`can't parse entities: Unsupported start tag "${name}" at byte offset ${offset}`);
      }
      open.push(name);
    }
    at = next + tag[0].length;
  }
  const unclosed = open.pop();
  if (unclosed)
    throw new EntityError(`can't parse entities: Can't find end tag corresponding to start tag "${unclosed}"`);
  return visible;
}
