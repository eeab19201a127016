import type { Readable } from 'node:stream';

/** What is known about a stored file; the id is derived from its bytes and name, so storing twice is storing once. */
export interface StoredFile {
  fileId: string;
  name: string;
  contentType: string;
  size: number;
  /** sha256 of the bytes, hex. */
  sha256: string;
}

/** The file is larger than allowed. */
export class FileTooLargeError extends Error {
  constructor(readonly limit: number) {
    super(`the file is larger than ${limit} bytes`);
  }
}

/** Where uploads, reports and mirrored media live; states and queues hold only `fileId`s. */
export interface FileStore {
  /** Stores the bytes; stops reading at the limit. Throws FileTooLargeError. */
  put(bytes: Readable | Buffer, meta: { name: string; contentType: string; limit?: number }): Promise<StoredFile>;
  /** Null when there is no such file. */
  stat(fileId: string): Promise<StoredFile | null>;
  /** Null when there is no such file. */
  open(fileId: string): Promise<{ file: StoredFile; stream: Readable } | null>;
  remove(fileId: string): Promise<void>;
}

/** Default limit of one file, bytes. */
export const FILE_LIMIT = 20 * 1024 * 1024;

/** What an id of a stored file looks like; anything else is not looked for. */
export const FILE_ID = /^[0-9a-f]{40}$/;
