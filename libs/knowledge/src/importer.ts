import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { DocumentError, type KnowledgeDocument, parseDocument } from './document.js';
import { foldText } from './fold.js';

/** Turns texts into vectors of one model; the name of the model travels with them. */
export interface Embedder {
  readonly model: string;
  embed(texts: string[]): Promise<number[][]>;
}

export interface ImportReport {
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  passages: number;
}

const LIMIT_BYTES = 10 * 1024 * 1024;
const EXTENSIONS = new Set(['.md', '.txt', '.pdf']);

/** Reads every .md, .txt and .pdf below the folder. Throws DocumentError naming the file. */
export async function readDocuments(directory: string): Promise<KnowledgeDocument[]> {
  const documents: KnowledgeDocument[] = [];
  for (const entry of (await readdir(directory, { recursive: true })).sort()) {
    const extension = path.extname(entry).toLowerCase();
    if (!EXTENSIONS.has(extension)) continue;
    const file = path.join(directory, entry);
    if ((await stat(file)).size > LIMIT_BYTES) throw new DocumentError(entry, 'larger than 10 MB; split it');
    const bytes = await readFile(file);
    documents.push(parseDocument(entry, extension === '.pdf' ? await pdfText(entry, bytes) : bytes.toString('utf8')));
  }
  return documents;
}

async function pdfText(file: string, bytes: Buffer): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  try {
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false });
    if (text.join('').trim() === '') throw new DocumentError(file, 'has no text layer; recognise it first');
    return text.join('\n\n');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(file, 'cannot be read as PDF');
  }
}

/**
 * Makes the store equal to the documents: new and changed ones are written, vanished ones removed, all in one
 * transaction; idempotent. With an embedder every passage gets a vector.
 */
export async function importDocuments(
  pool: pg.Pool,
  documents: KnowledgeDocument[],
  embedder: Embedder | null = null,
): Promise<ImportReport> {
  const report: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, passages: 0 };
  const { rows } = await pool.query<{ id: string; checksum: string; embedded: boolean }>(
    `select d.id, d.checksum, coalesce(bool_and(p.embedding_model is not distinct from $1), true) as embedded
     from knowledge_documents d left join knowledge_passages p on p.document_id = d.id group by d.id`,
    [embedder?.model ?? null],
  );
  const stored = new Map(rows.map((row) => [row.id, row]));
  const changed = documents.filter((document) => {
    const known = stored.get(document.id);
    return known?.checksum !== document.checksum || (embedder !== null && !known.embedded);
  });
  // Vectors come from a network: fetched before the transaction, so that it stays short.
  const vectors = new Map<string, number[]>();
  if (embedder) {
    const passages = changed.flatMap((document) => document.passages);
    for (let from = 0; from < passages.length; from += 64) {
      const batch = passages.slice(from, from + 64);
      const result = await embedder.embed(batch.map((passage) => `${passage.heading}\n${passage.body}`));
      batch.forEach((passage, index) => {
        const vector = result[index];
        if (vector) vectors.set(passage.id, vector);
      });
    }
  }
  const client = await pool.connect();
  try {
    await client.query('begin');
    const gone = await client.query('delete from knowledge_documents where not (id = any($1))', [
      documents.map((d) => d.id),
    ]);
    report.removed = gone.rowCount ?? 0;
    for (const document of changed) {
      await client.query('delete from knowledge_documents where id = $1', [document.id]);
      await client.query(
        'insert into knowledge_documents (id, topic, title, source, published, checksum) values ($1, $2, $3, $4, $5, $6)',
        [document.id, document.topic, document.title, document.source, document.published, document.checksum],
      );
      for (const passage of document.passages) {
        const vector = vectors.get(passage.id) ?? null;
        await client.query(
          `insert into knowledge_passages (id, document_id, position, heading, body, tsv, embedding, embedding_model)
           values ($1, $2, $3, $4, $5,
             setweight(to_tsvector('russian', $6), 'A') || to_tsvector('russian', $7), $8, $9)`,
          [
            passage.id,
            document.id,
            passage.position,
            passage.heading,
            passage.body,
            foldText(`${passage.heading} ${passage.questions}`),
            foldText(passage.body),
            vector,
            vector && embedder ? embedder.model : null,
          ],
        );
      }
      if (stored.has(document.id)) report.updated += 1;
      else report.added += 1;
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  report.unchanged = documents.length - changed.length;
  report.passages = documents.reduce((sum, document) => sum + document.passages.length, 0);
  return report;
}
