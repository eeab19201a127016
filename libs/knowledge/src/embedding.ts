import type pg from 'pg';

/** Turns texts into vectors of one model; the name of the model travels with them. */
export interface Embedder {
  readonly model: string;
  /** Rejects when the endpoint fails or `signal` ends the time for it; the search then goes by words alone. */
  embed(texts: string[], signal?: AbortSignal): Promise<number[][]>;
}

const BATCH = 64;

/**
 * Gives every passage that has none of this model a vector, in batches, each committed by itself: stopped at any moment, it
 * goes on where it was. Returns how many passages it embedded. Rejects with the embedder's error.
 */
export async function embedPassages(
  pool: pg.Pool,
  embedder: Embedder,
  options: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<number> {
  let done = 0;
  while (!options.signal?.aborted) {
    const { rows } = await pool.query<{ id: string; text: string }>(
      `select id, heading || E'\\n' || body as text from knowledge_passages
       where embedding_model is distinct from $1 order by id limit $2`,
      [embedder.model, BATCH],
    );
    if (rows.length === 0) break;
    const vectors = await embedder.embed(
      rows.map((row) => row.text),
      options.signal,
    );
    for (const [index, { id }] of rows.entries()) {
      const vector = vectors[index];
      if (!vector) throw new Error('the embedder returned fewer vectors than texts');
      await pool.query('update knowledge_passages set embedding = $2, embedding_model = $3 where id = $1', [
        id,
        vector,
        embedder.model,
      ]);
    }
    done += rows.length;
    options.onProgress?.(done);
  }
  return done;
}
