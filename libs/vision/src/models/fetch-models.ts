import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GuardedFetch, GuardedResponse } from '#libs/platform';
import { entryProblems } from './manifest-rules.js';
import { type ModelFolder, sha256OfFile } from './model-folder.js';
import type { ModelEntry } from './model-manifest.js';

/** The operator's list cannot be used. */
export class ModelListError extends Error {
  override readonly name = 'ModelListError';
  readonly code = 'vision.model_list_invalid';
}

/** What came is not what the list says, or nothing whole came. */
export class ModelFetchError extends Error {
  override readonly name = 'ModelFetchError';
  readonly code = 'vision.model_fetch_failed';
}

/** Largest file of one model, and of a list together, bytes. */
export const FETCH_LIMITS = { file: 2 * 1024 ** 3, list: 4 * 1024 ** 3, models: 20 } as const;
/** Asked for at once; what has come is kept when the next part fails. */
const PART_BYTES = 8 * 1024 * 1024;
const PART_TIMEOUT_MS = 120_000;

/** Entries of a list `{"models": [entry of the manifest with source.url, …]}`. Throws ModelListError naming every problem. */
export function readModelList(text: string): ModelEntry[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ModelListError('the list is not JSON', { cause: error });
  }
  const models = (parsed as { models?: unknown } | null)?.models;
  if (!Array.isArray(models) || models.length === 0) throw new ModelListError('the list must be {"models": […]}');
  if (models.length > FETCH_LIMITS.models)
    throw new ModelListError(`the list names more than ${FETCH_LIMITS.models} models`);
  const problems = models.flatMap((model, index) => entryProblems(model, `models[${index}]`));
  if (problems.length > 0) throw new ModelListError(problems.join('\n'));
  const entries = models as ModelEntry[];
  for (const { id, source, bytes } of entries) {
    if (typeof source.url !== 'string' || !URL.canParse(source.url))
      problems.push(`${id}: source.url must be an address`);
    if (bytes > FETCH_LIMITS.file) problems.push(`${id}: more than ${FETCH_LIMITS.file} bytes`);
  }
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > FETCH_LIMITS.list) problems.push(`the list has ${total} bytes, more than ${FETCH_LIMITS.list}`);
  for (const key of ['id', 'file'] as const)
    if (new Set(entries.map((entry) => entry[key])).size < entries.length)
      problems.push(`two models have the same ${key}`);
  if (problems.length > 0) throw new ModelListError(problems.join('\n'));
  return entries;
}

/**
 * Fetches the files of a list into the folder and adds them to its manifest, each as soon as it is whole. A file that is right
 * already is kept; one that was cut off goes on where it ended. Bytes of another sha256 are removed and never loaded.
 * Throws ModelFetchError; what the guard refuses (AddressNotAllowedError) goes through.
 */
export async function fetchModels(
  folder: ModelFolder,
  models: readonly ModelEntry[],
  {
    fetch,
    log = () => {},
    signal,
    partBytes = PART_BYTES,
  }: {
    fetch: Pick<GuardedFetch, 'fetch'>;
    log?: (message: string) => void;
    signal?: AbortSignal;
    /** Bytes asked for at once. */
    partBytes?: number;
  },
): Promise<{ entry: ModelEntry; outcome: 'kept' | 'fetched' }[]> {
  const present = (await folder.read()).models;
  const done: { entry: ModelEntry; outcome: 'kept' | 'fetched' }[] = [];
  for (const entry of models) {
    const clash = present.find(({ id, file }) => file === entry.file && id !== entry.id);
    if (clash)
      throw new ModelFetchError(`${entry.file} is the file of ${clash.id}: choose another name for ${entry.id}`);
    await mkdir(folder.folder, { recursive: true });
    const target = folder.pathOf(entry.file);
    const outcome = (await isWhole(target, entry)) ? 'kept' : 'fetched';
    if (outcome === 'fetched') {
      log(`${entry.id}: ${entry.bytes} bytes`);
      await fetchFile(target, entry, { fetch, log, partBytes, ...(signal && { signal }) });
    }
    await folder.put([entry]);
    done.push({ entry, outcome });
  }
  return done;
}

async function isWhole(file: string, { bytes, sha256 }: ModelEntry): Promise<boolean> {
  return (await sizeOf(file)) === bytes && (await sha256OfFile(file)) === sha256;
}

async function fetchFile(
  target: string,
  entry: ModelEntry,
  {
    fetch,
    log,
    signal,
    partBytes,
  }: {
    fetch: Pick<GuardedFetch, 'fetch'>;
    log: (message: string) => void;
    signal?: AbortSignal;
    partBytes: number;
  },
): Promise<void> {
  // The name holds the hash: the rest of another version is never continued.
  const part = path.join(path.dirname(target), `.${entry.sha256.slice(0, 16)}.part`);
  let have = (await sizeOf(part)) ?? 0;
  if (have > entry.bytes) {
    await rm(part, { force: true });
    have = 0;
  }
  while (have < entry.bytes) {
    const last = Math.min(have + partBytes, entry.bytes) - 1;
    const response = await fetch.fetch(entry.source.url!, {
      timeoutMs: PART_TIMEOUT_MS,
      // A server that knows no ranges sends all of it.
      maxBytes: have === 0 ? entry.bytes : last - have + 1,
      maxRedirects: 5,
      headers: { range: `bytes=${have}-${last}`, 'accept-encoding': 'identity' },
      ...(signal && { signal }),
    });
    await appendFile(part, bodyOf(response, entry, have));
    have += response.body.length;
    log(`${entry.id}: ${have} of ${entry.bytes}`);
  }
  const sha256 = await sha256OfFile(part);
  if (sha256 !== entry.sha256) {
    await rm(part, { force: true });
    throw new ModelFetchError(
      `${entry.id}: what came has sha256 ${sha256}, the list says ${entry.sha256}; it was removed`,
    );
  }
  await rename(part, target);
}

/** The bytes of an answer that continue the file. */
function bodyOf({ status, headers, body }: GuardedResponse, { id, bytes }: ModelEntry, from: number): Buffer {
  if (body.length === 0) throw new ModelFetchError(`${id}: the server sent nothing`);
  if (status === 200 && from === 0) {
    if (body.length === bytes) return body;
    throw new ModelFetchError(`${id}: the server sent ${body.length} bytes, the list says ${bytes}`);
  }
  if (status !== 206) throw new ModelFetchError(`${id}: the server answered ${status}`);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range'] ?? ''));
  if (!range || Number(range[1]) !== from)
    throw new ModelFetchError(`${id}: the server sent another part than it was asked for`);
  if (range[2] !== '*' && Number(range[2]) !== bytes)
    throw new ModelFetchError(`${id}: the server’s file has ${range[2]} bytes, the list says ${bytes}`);
  return body;
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null;
}
