import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { FILE_ID, FILE_LIMIT, type FileStore, type StoredFile } from './file-store.js';
import { receiveFile } from './incoming-file.js';

export interface S3Settings {
  /** Address of the server without the bucket; buckets are addressed by path. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
}

/** sha256 of no bytes: what a request without a body signs. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Silence of the store after which a request counts as unanswered, ms. */
const SILENCE_MS = 15_000;
const ATTEMPTS = 3;

/** The store answered, and its answer is no. 401 and 403: keys or clock; 404 on a write: no such bucket. */
export class FileStoreRefusedError extends Error {
  readonly code = 'files.refused';

  constructor(
    readonly status: number,
    operation: string,
  ) {
    super(
      `the file store answered ${status} to ${operation}: check S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY and the clock`,
    );
  }
}

/** The store did not answer. */
export class FileStoreUnavailableError extends Error {
  readonly code = 'files.unavailable';

  constructor(operation: string, cause: unknown) {
    super(`the file store did not answer to ${operation}: check S3_ENDPOINT`, { cause });
  }
}

interface Upload {
  file: string;
  stored: StoredFile;
}

/**
 * Files in a bucket of an S3-compatible store. A file is received into a temporary one first: its hash is its key and is
 * signed with the request, so the store checks every byte. Objects are private; clients get them by our own signed links.
 */
export class S3FileStore implements FileStore {
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(private readonly settings: S3Settings) {
    const options = { keepAlive: true, maxSockets: 64 };
    this.agent = settings.endpoint.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  }

  async put(
    bytes: Readable | Buffer,
    meta: { name: string; contentType: string; limit?: number },
  ): Promise<StoredFile> {
    const file = path.join(tmpdir(), `wewall-${randomUUID()}`);
    try {
      const stored = await receiveFile(file, bytes, { ...meta, limit: meta.limit ?? FILE_LIMIT });
      if (!(await this.stat(stored.fileId))) await this.discard('PUT', stored.fileId, { file, stored });
      return stored;
    } finally {
      await rm(file, { force: true });
    }
  }

  async stat(fileId: string): Promise<StoredFile | null> {
    if (!FILE_ID.test(fileId)) return null;
    const response = await this.send('HEAD', fileId);
    if (!response) return null;
    response.resume();
    return storedFile(fileId, response);
  }

  async open(fileId: string): Promise<{ file: StoredFile; stream: Readable } | null> {
    if (!FILE_ID.test(fileId)) return null;
    const response = await this.send('GET', fileId);
    return response && { file: storedFile(fileId, response), stream: response };
  }

  async remove(fileId: string): Promise<void> {
    if (FILE_ID.test(fileId)) await this.discard('DELETE', fileId);
  }

  /** Throws when the bucket cannot be reached with these keys. */
  async check(): Promise<void> {
    await this.discard('HEAD', null);
  }

  close(): void {
    this.agent.destroy();
  }

  private async discard(method: string, fileId: string | null, upload?: Upload): Promise<void> {
    const response = await this.send(method, fileId, upload);
    response?.resume();
    if (!response && method !== 'DELETE') throw new FileStoreRefusedError(404, method);
  }

  /** Null for 404. Everything sent is idempotent: a broken connection, 429 and 5xx are tried again. */
  private async send(method: string, fileId: string | null, upload?: Upload): Promise<IncomingMessage | null> {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === ATTEMPTS;
      try {
        const response = await this.attempt(method, fileId, upload);
        const status = response.statusCode ?? 0;
        if (status < 300) return response;
        response.resume();
        if (status === 404) return null;
        if (last || (status < 500 && status !== 429)) throw new FileStoreRefusedError(status, method);
      } catch (error) {
        if (error instanceof FileStoreRefusedError) throw error;
        if (last) throw new FileStoreUnavailableError(method, error);
      }
      await sleep(100 * 2 ** attempt);
    }
  }

  private async attempt(method: string, fileId: string | null, upload?: Upload): Promise<IncomingMessage> {
    const { endpoint, bucket, region, accessKey, secretKey } = this.settings;
    const key = fileId === null ? '' : `/files/${fileId.slice(0, 2)}/${fileId.slice(2, 4)}/${fileId}`;
    const url = `${endpoint.replace(/\/+$/, '')}/${bucket}${key}`;
    const signed = await new AwsV4Signer({
      method,
      url,
      service: 's3',
      region,
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      headers: {
        'x-amz-content-sha256': upload?.stored.sha256 ?? EMPTY_SHA256,
        ...(upload && {
          'content-type': upload.stored.contentType,
          'x-amz-meta-name': encodeURIComponent(upload.stored.name),
          'x-amz-meta-sha256': upload.stored.sha256,
        }),
      },
    }).sign();
    const headers = Object.fromEntries(signed.headers);
    if (upload) headers['content-length'] = String(upload.stored.size);
    return new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const outgoing = send(url, { method, headers, agent: this.agent }, resolve);
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error(`silent for ${SILENCE_MS} ms`)));
      outgoing.on('error', reject);
      if (!upload) outgoing.end();
      else {
        const source = createReadStream(upload.file);
        source.on('error', (error) => outgoing.destroy(error));
        source.pipe(outgoing);
      }
    });
  }
}

function storedFile(fileId: string, { headers }: IncomingMessage): StoredFile {
  return {
    fileId,
    name: decodeURIComponent(String(headers['x-amz-meta-name'] ?? 'file')),
    contentType: headers['content-type'] ?? 'application/octet-stream',
    size: Number(headers['content-length'] ?? 0),
    sha256: String(headers['x-amz-meta-sha256'] ?? ''),
  };
}
