import type pg from 'pg';
import type { KnowledgeDocument } from './document.js';
import { foldText } from './fold.js';
import { readDocuments } from './reader.js';

export interface ImportReport {
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  passages: number;
}

/** `demo`: came with the product; `imported`: the operator's own, which replaces the demo for good. */
type Origin = 'demo' | 'imported';

/**
 * Makes the store equal to the operator's documents: new and changed ones are written, vanished ones and the demo removed,
 * all in one transaction; idempotent. Vectors come afterwards, by `embedPassages`.
 */
export function importDocuments(pool: pg.Pool, documents: readonly KnowledgeDocument[]): Promise<ImportReport> {
  return store(pool, documents, 'imported');
}

/** Keeps the demo documents of a folder up to date; leaves a store alone that holds imported documents. */
export async function seedDocuments(pool: pg.Pool, directory: string): Promise<ImportReport | null> {
  const { rows } = await pool.query("select 1 from knowledge_documents where origin = 'imported' limit 1");
  return rows.length > 0 ? null : store(pool, await readDocuments(directory), 'demo');
}

async function store(pool: pg.Pool, documents: readonly KnowledgeDocument[], origin: Origin): Promise<ImportReport> {
  const report: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, passages: 0 };
  const client = await pool.connect();
  try {
    await client.query('begin');
    // Two imports at once would each undo the other's half.
    await client.query("select pg_advisory_xact_lock(hashtext('knowledge import'))");
    const { rows } = await client.query<{ id: string; checksum: string }>(
      'select id, checksum from knowledge_documents',
    );
    const stored = new Map(rows.map((row) => [row.id, row.checksum]));
    const gone = await client.query('delete from knowledge_documents where not (id = any($1))', [
      documents.map((document) => document.id),
    ]);
    report.removed = gone.rowCount ?? 0;
    for (const document of documents) {
      report.passages += document.passages.length;
      const known = stored.get(document.id);
      if (known === document.checksum) report.unchanged += 1;
      else await write(client, document);
      if (known === undefined) report.added += 1;
      else if (known !== document.checksum) report.updated += 1;
    }
    await client.query('update knowledge_documents set origin = $1 where origin <> $1', [origin]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  return report;
}

async function write(client: pg.PoolClient, document: KnowledgeDocument): Promise<void> {
  await client.query('delete from knowledge_documents where id = $1', [document.id]);
  await client.query(
    'insert into knowledge_documents (id, topic, title, source, published, checksum) values ($1, $2, $3, $4, $5, $6)',
    [document.id, document.topic, document.title, document.source, document.published, document.checksum],
  );
  for (const { id, position, heading, body, questions } of document.passages) {
    await client.query(
      `insert into knowledge_passages (id, document_id, position, heading, body, tsv)
       values ($1, $2, $3, $4, $5, setweight(to_tsvector('russian', $6), 'A') || to_tsvector('russian', $7))`,
      [id, document.id, position, heading, body, foldText(`${heading} ${questions}`), foldText(body)],
    );
  }
}
