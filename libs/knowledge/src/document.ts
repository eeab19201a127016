import { createHash } from 'node:crypto';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';

export const TOPICS = ['about', 'market'] as const;
/** `about`: the company and its services; `market`: notes about the market, which age and carry a date. */
export type Topic = (typeof TOPICS)[number];

export interface KnowledgeDocument {
  /** Path relative to the imported folder: stable between imports. */
  id: string;
  topic: Topic;
  title: string;
  /** Who says it: shown to the client. */
  source: string;
  /** ISO date the document speaks of; required for `market`. */
  published: string | null;
  checksum: string;
  passages: Passage[];
}

export interface Passage {
  id: string;
  position: number;
  heading: string;
  body: string;
  /** Other wordings of what the passage answers; searched, not shown. */
  questions: string;
}

/** A document that cannot be imported; the message names the file and what to do. */
export class DocumentError extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}

/** Longest passage, characters: what fits a chat bubble. */
const PASSAGE_LIMIT = 700;

/**
 * Parses Markdown or plain text (PDF text comes here already extracted). Optional YAML front matter: `title`, `topic`,
 * `source`, `date`. A line «Вопросы: …» under a heading lists other wordings. Throws DocumentError.
 */
export function parseDocument(file: string, text: string, defaults: { topic?: Topic } = {}): KnowledgeDocument {
  const normalized = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const matter = /^---\n([\s\S]*?)\n---\n/.exec(normalized);
  const meta = matter?.[1] ? readMatter(file, matter[1]) : {};
  const body = matter ? normalized.slice(matter[0].length) : normalized;
  const topic =
    meta.topic ?? defaults.topic ?? (path.dirname(file).split(path.sep).includes('market') ? 'market' : 'about');
  if (!TOPICS.includes(topic as Topic)) {
    throw new DocumentError(file, `topic must be one of ${TOPICS.join(', ')}`);
  }
  const title = meta.title ?? /^#\s+(.+)$/m.exec(body)?.[1] ?? path.basename(file, path.extname(file));
  if (topic === 'market' && !meta.date)
    throw new DocumentError(file, 'market notes need a `date: YYYY-MM-DD` in the front matter');
  return {
    id: file,
    topic: topic as Topic,
    title: title.trim(),
    source: meta.source ?? title.trim(),
    published: meta.date ?? null,
    checksum: createHash('sha256').update(normalized).digest('hex'),
    passages: splitPassages(file, title.trim(), body),
  };
}

function readMatter(file: string, yaml: string): { title?: string; topic?: string; source?: string; date?: string } {
  let value: unknown;
  try {
    value = parseYaml(yaml, { maxAliasCount: 0 });
  } catch {
    throw new DocumentError(file, 'the front matter is not valid YAML');
  }
  if (typeof value !== 'object' || value === null) return {};
  const fields = value as Record<string, unknown>;
  const text = (key: string) => (typeof fields[key] === 'string' ? (fields[key] as string) : undefined);
  const date = fields.date instanceof Date ? fields.date.toISOString().slice(0, 10) : text('date');
  if (date && !/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new DocumentError(file, '`date` must look like 2026-03-01');
  return { title: text('title'), topic: text('topic'), source: text('source'), date };
}

function splitPassages(file: string, title: string, body: string): Passage[] {
  const passages: Passage[] = [];
  let heading = title;
  for (const section of body.split(/^(?=#{1,6}\s)/m)) {
    const match = /^#{1,6}\s+(.+)\n?/.exec(section);
    if (match?.[1]) heading = match[1].trim();
    const rest = match ? section.slice(match[0].length) : section;
    const questions = [...rest.matchAll(/^Вопросы:\s*(.+)$/gm)].map((line) => line[1]).join(' ');
    const shown = rest.replace(/^Вопросы:.*$/gm, '').trim();
    for (const chunk of chunks(shown)) {
      const position = passages.length;
      const id = createHash('sha256').update(`${file}\n${position}\n${chunk}`).digest('hex').slice(0, 24);
      passages.push({ id, position, heading, body: chunk, questions });
    }
  }
  return passages;
}

/** Joins paragraphs up to the limit; a longer paragraph is cut at sentence ends. */
function chunks(text: string): string[] {
  const result: string[] = [];
  let current = '';
  const pieces = text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*(?![-*\d])/g, ' ').trim())
    .filter(Boolean)
    .flatMap((paragraph) =>
      paragraph.length <= PASSAGE_LIMIT ? [paragraph] : paragraph.split(/(?<=[.!?])\s+(?=[А-ЯЁA-Z«])/),
    );
  for (const piece of pieces) {
    if (current && current.length + piece.length + 2 > PASSAGE_LIMIT) {
      result.push(current);
      current = '';
    }
    current = current ? `${current}\n\n${piece}` : piece;
  }
  if (current) result.push(current);
  return result;
}
