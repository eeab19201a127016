import type pg from 'pg';
import type { Topic } from './document.js';
import type { Embedder } from './embedding.js';
import { foldText } from './fold.js';

export interface FoundPassage {
  id: string;
  heading: string;
  body: string;
  title: string;
  source: string;
  /** ISO date or null. */
  published: string | null;
  /** Share of the question's information (idf) that the passage's words cover, 0…1. */
  coverage: number;
  /** Coverage with a bonus for what the heading and «Вопросы» cover: the order of the search by words. */
  headed: number;
  /** Cosine of the question's and the passage's vectors; null when the search went by words alone. */
  similarity: number | null;
}

interface Row extends FoundPassage {
  rank: number;
}

/** Words that ask and name nothing, besides those Postgres itself leaves out. */
const QUESTION_WORDS =
  /(?<!\p{L})(?:как(?:ой|ая|ое|ие|ую|ого|ом|им|их)|сколько|почем|можно|нужно|надо|могу|можете|такое|такой|значит|подскажите|скажите|расскажите|пожалуйста|хочу|хотим|есть|вашей?|вы)(?!\p{L})/gu;
/** What a match in the heading or in «Вопросы» adds to the order: they say what a passage is about. */
const HEADLINE_BONUS = 0.3;

/** Reciprocal rank fusion constant: the usual 60. */
const FUSION_K = 60;

/**
 * Passages by rank: Russian full-text search in Postgres, every lexeme of the question weighed by its rarity, and, when
 * passages carry vectors of the same model, cosine similarity fused by rank. Deterministic, ties by id.
 */
export async function findPassages(
  pool: pg.Pool,
  question: string,
  options: { topic?: Topic; limit?: number; embedder?: Embedder | null; signal?: AbortSignal } = {},
): Promise<FoundPassage[]> {
  const limit = options.limit ?? 4;
  const words = await byWords(pool, question, options.topic ?? null, limit * 3);
  const vectors = options.embedder
    ? await byVectors(pool, question, options.topic ?? null, options.embedder, limit * 3, options.signal)
    : [];
  if (vectors.length === 0) return words.slice(0, limit);
  const fused = new Map<string, { passage: FoundPassage; score: number }>();
  for (const list of [words, vectors]) {
    list.forEach((passage, index) => {
      const entry = fused.get(passage.id) ?? { passage, score: 0 };
      entry.score += 1 / (FUSION_K + index + 1);
      entry.passage = { ...entry.passage, similarity: passage.similarity ?? entry.passage.similarity };
      fused.set(passage.id, entry);
    });
  }
  return [...fused.values()]
    .sort((a, b) => b.score - a.score || (a.passage.id < b.passage.id ? -1 : 1))
    .slice(0, limit)
    .map((entry) => entry.passage);
}

async function byWords(pool: pg.Pool, question: string, topic: Topic | null, limit: number): Promise<FoundPassage[]> {
  const { rows } = await pool.query<Row>(
    `with asked as (
       select lexeme, quote_literal(lexeme)::tsquery as query
       from unnest(to_tsvector('russian', $1)) limit 40
     ), total as (select count(*)::float8 as n from knowledge_passages),
     weighed as (
       select lexeme, query,
         ln(1 + (n - c + 0.5) / (c + 0.5)) as idf
       from asked, total, lateral (select count(*)::float8 as c from knowledge_passages where tsv @@ asked.query) counted
     ), everything as (select sum(idf) as idf, string_agg(query::text, ' | ')::tsquery as query from weighed)
     select *, coverage + headline * $4 as headed from (
     select p.id, p.heading, p.body, d.title, d.source, to_char(d.published, 'YYYY-MM-DD') as published,
       (select coalesce(sum(w.idf), 0) from weighed w where p.tsv @@ w.query) / nullif(e.idf, 0) as coverage,
       (select coalesce(sum(w.idf), 0) from weighed w where p.tsv @@ (w.query::text || ':A')::tsquery) / nullif(e.idf, 0) as headline,
       null as similarity, ts_rank_cd(p.tsv, e.query, 1) as rank
     from everything e
     join knowledge_passages p on p.tsv @@ e.query
     join knowledge_documents d on d.id = p.document_id
     where $2::text is null or d.topic = $2
     ) found
     order by headed desc, rank desc, id limit $3`,
    [foldText(question).replace(QUESTION_WORDS, ' '), topic, limit, HEADLINE_BONUS],
  );
  return rows.map(({ rank: _rank, ...row }) => ({
    ...row,
    coverage: Number(row.coverage),
    headed: Number(row.headed),
  }));
}

async function byVectors(
  pool: pg.Pool,
  question: string,
  topic: Topic | null,
  embedder: Embedder,
  limit: number,
  signal?: AbortSignal,
): Promise<FoundPassage[]> {
  const [vector] = await embedder.embed([question], signal).catch(() => []);
  if (!vector) return [];
  const { rows } = await pool.query<Row>(
    `select p.id, p.heading, p.body, d.title, d.source, to_char(d.published, 'YYYY-MM-DD') as published,
       (select sum(a * b) / nullif(sqrt(sum(a * a)) * sqrt(sum(b * b)), 0) from unnest(p.embedding, $1::real[]) as v(a, b)) as similarity,
       0 as coverage, 0 as headed, 0 as rank
     from knowledge_passages p join knowledge_documents d on d.id = p.document_id
     where p.embedding_model = $2 and ($3::text is null or d.topic = $3)
     order by similarity desc nulls last, p.id limit $4`,
    [vector, embedder.model, topic, limit],
  );
  return rows.map(({ rank: _rank, ...row }) => ({ ...row, similarity: Number(row.similarity ?? 0) }));
}
