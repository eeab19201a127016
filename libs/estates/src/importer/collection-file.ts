import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Collection } from '../catalogue/catalogue.js';
import type { ImportProblems } from './import-problems.js';
import { readRecords } from './record-reader.js';
import { recordProblems } from './record-schema.js';
import { SeenKeys } from './seen-keys.js';

const EXTENSIONS = ['.json', '.jsonl', '.ndjson'];
/** Keys that look repeated are confirmed by a second reading; more of them than this and the file is of the wrong kind. */
const MAX_SUSPECTS = 60;

/** How far the reading of a collection is. */
export interface ImportProgress {
  collection: Collection;
  records: number;
  bytes: number;
  totalBytes: number;
}

export interface CheckedRecord<T> {
  line: number;
  record: T;
}

/** A key of a record that must be met once in its file: `field` names it, `key` is its value. */
export interface UniqueKey {
  field: string;
  key: string;
}

/** The file of a collection in the directory, or undefined. */
export function collectionFile(directory: string, collection: Collection): string | undefined {
  return EXTENSIONS.map((extension) => path.join(directory, collection + extension)).find((file) => existsSync(file));
}

interface Suspect {
  line: number;
  field: string;
  key: string;
}

/** One collection of an import: its file, read as a stream, every record checked. Memory does not grow with the records but for 16 bytes a key. */
export class CollectionFile<T> {
  readonly name: string;
  private readonly suspects: Suspect[] = [];

  /** @param keysOf what must be unique in the file: the record's own key, and keys of its parts */
  constructor(
    private readonly collection: Collection,
    private readonly file: string,
    private readonly keysOf: (record: T) => readonly UniqueKey[],
    private readonly problems: ImportProblems,
  ) {
    this.name = path.basename(file);
  }

  /** Sound records; bad rows go to the problems. When it ends, keys met twice are among them too. */
  async *records(onProgress?: (progress: ImportProgress) => void): AsyncGenerator<CheckedRecord<T>> {
    const { collection, file, name, problems } = this;
    const seen = new Map<string, SeenKeys>();
    const totalBytes = statSync(file).size;
    let records = 0;
    const report = (bytes: number) => onProgress?.({ collection, records, bytes, totalBytes });
    for await (const row of readRecords(file, report)) {
      if ('problem' in row) {
        problems.add({ file: name, line: row.line, field: '(record)', problem: row.problem });
        continue;
      }
      const found = recordProblems(collection, row.value);
      for (const { field, problem } of found) problems.add({ file: name, line: row.line, field, problem });
      if (found.length > 0) continue;
      const record = row.value as T;
      for (const { field, key } of this.keysOf(record)) {
        const keys = seen.get(field) ?? seen.set(field, new SeenKeys()).get(field)!;
        if (keys.add(key)) this.suspects.push({ line: row.line, field, key });
      }
      if (this.suspects.length > MAX_SUSPECTS) break;
      records++;
      yield { line: row.line, record };
    }
    if (this.suspects.length > 0) await this.confirmRepeated();
    report(totalBytes);
  }

  async all(onProgress?: (progress: ImportProgress) => void): Promise<CheckedRecord<T>[]> {
    const all: CheckedRecord<T>[] = [];
    for await (const record of this.records(onProgress)) all.push(record);
    return all;
  }

  /** Reads the file again for where the suspected keys were met first. */
  private async confirmRepeated(): Promise<void> {
    const wanted = new Set(this.suspects.map(({ field, key }) => `${field} ${key}`));
    const first = new Map<string, number>();
    for await (const row of readRecords(this.file)) {
      if ('problem' in row || recordProblems(this.collection, row.value).length > 0) continue;
      for (const { field, key } of this.keysOf(row.value as T)) {
        const name = `${field} ${key}`;
        if (wanted.has(name) && !first.has(name)) first.set(name, row.line);
      }
    }
    for (const { line, field, key } of this.suspects) {
      const before = first.get(`${field} ${key}`);
      if (before === undefined || before >= line) continue;
      this.problems.add({ file: this.name, line, field, problem: `${key} is met twice, first in line ${before}` });
    }
  }
}
