import path from 'node:path';
import { parseArgs } from 'node:util';
import { OpenAiEmbedder } from '#libs/llm';
import { createPool, DataDirectoryInUseError, loadConfig, migrate, startEmbeddedPostgres } from '#libs/platform';
import { embedPassages } from '../embedding.js';
import { importDocuments } from '../importer.js';
import { readDocuments, UnreadableDocumentsError } from '../reader.js';

const USAGE = `usage: npm run knowledge:import -- --from DIR [--check]

Makes the knowledge base equal to the .md, .txt and .pdf files below DIR (in place of the demo documents).
  --check   only reads the files and names the bad ones; the database is not touched
  --help    this text

Front matter (YAML, optional): title, topic (about | market), source, date (YYYY-MM-DD; required for market).
Files below a folder named market are market notes. A line «Вопросы: …» under a heading lists other wordings.
The database is DATABASE_URL, or the embedded one of WEWALL_DATA_DIR. With OPENAI_EMBEDDING_MODEL set, passages get vectors.`;

function showProgress(what: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done} of ${total}${done === total ? '\n' : ''}`);
}

/** The database of the configuration: DATABASE_URL or the embedded server, started for the time of the import. */
async function openDatabase(config: ReturnType<typeof loadConfig>): Promise<{ url: string; close(): Promise<void> }> {
  if (config.database.url) return { url: config.database.url, close: async () => {} };
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir });
  return { url: server.url, close: () => server.stop() };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!values.from) {
    console.error(USAGE);
    return 2;
  }
  const documents = await readDocuments(path.resolve(values.from), (done, total) =>
    showProgress('reading', done, total),
  );
  const passages = documents.reduce((sum, document) => sum + document.passages.length, 0);
  if (documents.length === 0) {
    console.error(`${values.from}: no .md, .txt or .pdf file; nothing was imported`);
    return 1;
  }
  if (values.check) {
    console.log(`${documents.length} documents, ${passages} passages: all can be imported`);
    return 0;
  }
  const config = loadConfig();
  const database = await openDatabase(config);
  const pool = createPool({ url: database.url, max: 2, app: 'wewall-knowledge-import' });
  try {
    await migrate(pool);
    const report = await importDocuments(pool, documents);
    console.log(
      `documents: ${report.added} added, ${report.updated} updated, ${report.unchanged} unchanged, ${report.removed} removed; ${report.passages} passages`,
    );
    const { apiKey, baseUrl, embeddingModel, timeoutMs } = config.llm;
    if (!apiKey || !embeddingModel) return 0;
    const embedder = new OpenAiEmbedder({
      apiKey,
      ...(baseUrl ? { baseUrl } : {}),
      model: embeddingModel,
      timeoutMs,
    });
    const embedded = await embedPassages(pool, embedder, {
      onProgress: (done) => showProgress('vectors', done, passages),
    }).catch(() => null);
    if (embedded === null) {
      console.error('the documents are in; the embedding endpoint failed: vectors follow when the bot starts');
      return 1;
    }
    console.log(`vectors: ${embedded} passages`);
    return 0;
  } finally {
    await pool.end();
    await database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, path: missing } = error as NodeJS.ErrnoException;
  if (error instanceof UnreadableDocumentsError) {
    for (const { message } of error.problems) console.error(message);
    console.error(`${error.problems.length} bad files; nothing was imported`);
  } else if (error instanceof DataDirectoryInUseError) {
    console.error(`${error.message}; stop that process first, or set DATABASE_URL`);
  } else if (code === 'ENOENT' || code === 'ENOTDIR') {
    console.error(`${missing}: there is no such folder`);
  } else if (code?.startsWith('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
  } else throw error;
  process.exitCode = 1;
}
