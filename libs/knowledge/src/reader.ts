import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DocumentError, type KnowledgeDocument, parseDocument } from './document.js';

const LIMIT_BYTES = 10 * 1024 * 1024;
const EXTENSIONS = new Set(['.md', '.txt', '.pdf']);

/** Files of a folder that cannot be imported, all of them at once; nothing was imported. */
export class UnreadableDocumentsError extends Error {
  override readonly name = 'UnreadableDocumentsError';

  constructor(readonly problems: readonly DocumentError[]) {
    super(problems.map((problem) => problem.message).join('\n'));
  }
}

/** Reads every .md, .txt and .pdf below the folder. Throws `UnreadableDocumentsError` naming every bad file. */
export async function readDocuments(
  directory: string,
  onFile: (done: number, total: number) => void = () => {},
): Promise<KnowledgeDocument[]> {
  const files = (await readdir(directory, { recursive: true }))
    .filter((entry) => EXTENSIONS.has(path.extname(entry).toLowerCase()))
    .sort();
  const documents: KnowledgeDocument[] = [];
  const problems: DocumentError[] = [];
  for (const [index, file] of files.entries()) {
    try {
      documents.push(await readDocument(directory, file));
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      problems.push(error);
    }
    onFile(index + 1, files.length);
  }
  if (problems.length > 0) throw new UnreadableDocumentsError(problems);
  return documents;
}

async function readDocument(directory: string, file: string): Promise<KnowledgeDocument> {
  const location = path.join(directory, file);
  if ((await stat(location)).size > LIMIT_BYTES) throw new DocumentError(file, 'larger than 10 MB; split it');
  const bytes = await readFile(location);
  const text = path.extname(file).toLowerCase() === '.pdf' ? await pdfText(file, bytes) : utf8Text(file, bytes);
  const document = parseDocument(file, text);
  if (document.passages.length === 0) throw new DocumentError(file, 'has no text');
  return document;
}

function utf8Text(file: string, bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DocumentError(file, 'is not UTF-8; save it in UTF-8');
  }
  if (text.includes('\0')) throw new DocumentError(file, 'is not text');
  return text;
}

async function pdfText(file: string, bytes: Buffer): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  try {
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false });
    if (text.join('').trim() === '') throw new DocumentError(file, 'has no text layer; recognise it first');
    return text.join('\n\n').replaceAll('\0', '');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(file, 'cannot be read as PDF');
  }
}
