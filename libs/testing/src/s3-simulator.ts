import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface StoredObject {
  bytes: Buffer;
  headers: Record<string, string>;
}

const MAX_SKEW_MS = 15 * 60_000;

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();

/** An S3-compatible server in memory with one bucket: checks signatures (version 4), dates and body hashes as AWS describes them. */
export class S3Simulator {
  readonly objects = new Map<string, StoredObject>();
  /** Answers of the next requests instead of their own: status codes, or `drop` to break the connection. */
  readonly faults: (number | 'drop')[] = [];
  requests = 0;

  private constructor(
    private readonly server: Server,
    readonly settings: { endpoint: string; region: string; bucket: string; accessKey: string; secretKey: string },
  ) {}

  static async start(): Promise<S3Simulator> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const simulator = new S3Simulator(server, {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'ru-central1',
      bucket: 'wewall',
      accessKey: 'simulator',
      secretKey: 'simulator-secret',
    });
    server.on('request', async (request: IncomingMessage, response) => {
      simulator.requests += 1;
      const fault = simulator.faults.shift();
      if (fault === 'drop') return void request.socket.destroy();
      const bytes = await buffer(request);
      const { status, object } = fault ? { status: fault } : simulator.answer(request, bytes);
      response.writeHead(status, { ...object?.headers, 'content-length': object?.bytes.length ?? 0 });
      response.end(request.method === 'HEAD' ? undefined : object?.bytes);
    });
    return simulator;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, bytes: Buffer): { status: number; object?: StoredObject } {
    if (!this.isSigned(request, bytes)) return { status: 403 };
    const [, bucket, ...rest] = new URL(request.url ?? '', this.settings.endpoint).pathname.split('/');
    if (bucket !== this.settings.bucket) return { status: 404 };
    const key = rest.join('/');
    if (key === '') return { status: 200 };
    const object = this.objects.get(key);
    if (request.method === 'PUT') {
      const kept = Object.entries(request.headers).filter(([name]) => /^(content-type|x-amz-meta-.+)$/.test(name));
      this.objects.set(key, { bytes, headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])) });
      return { status: 200 };
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      return { status: 204 };
    }
    return object ? { status: 200, object } : { status: 404 };
  }

  private isSigned({ headers, method, url }: IncomingMessage, bytes: Buffer): boolean {
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      );
    const [, accessKey, day = '', region = '', signedHeaders = '', signature = ''] = match ?? [];
    const date = String(headers['x-amz-date'] ?? '');
    const moment = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    const isCurrent = date.startsWith(day) && Math.abs(moment - Date.now()) < MAX_SKEW_MS;
    const payload = String(headers['x-amz-content-sha256'] ?? '');
    if (accessKey !== this.settings.accessKey || region !== this.settings.region || !isCurrent) return false;
    if (payload !== sha256(bytes) || !signedHeaders.split(';').includes('host')) return false;
    const address = new URL(url ?? '', this.settings.endpoint);
    const canonical = [
      method,
      address.pathname,
      address.searchParams.toString(),
      ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
      '',
      signedHeaders,
      payload,
    ].join('\n');
    const scope = `${day}/${region}/s3/aws4_request`;
    const key = [region, 's3', 'aws4_request'].reduce<Buffer>(
      (parent, part) => hmac(parent, part),
      hmac(`AWS4${this.settings.secretKey}`, day),
    );
    const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'));
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  }
}
