import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from './installed.js';
import { NginxServer } from './nginx-server.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const found = isInstalled('nginx') && isInstalled('openssl');
if (!found) console.warn('SKIPPED: test/topology/nginx needs nginx and openssl');

describe.skipIf(!found)('nginx/start.sh', () => {
  let directory: string;
  let echo: Server;
  let nginx: NginxServer;
  let certificate: string;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'wewall-nginx-'));
    chmodSync(directory, 0o755);
    certificate = path.join(directory, 'cert.pem');
    const key = path.join(directory, 'key.pem');
    const subject = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost';
    execFileSync(
      'openssl',
      ['req', ...subject.split(' '), '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
      { stdio: 'ignore' },
    );
    echo = createServer((incoming, response) => {
      incoming.resume();
      response.end(JSON.stringify(incoming.headers));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const peer = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    nginx = await NginxServer.start({
      root: ROOT,
      directory: path.join(directory, 'run'),
      externalApi: [peer],
      chatConnector: [peer],
      telegramBot: ['none'],
      tls: { certificate, key },
    });
  });

  afterAll(async () => {
    await nginx?.stop();
    echo?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function get(
    route: string,
    options: { method?: string; body?: Buffer } = {},
  ): Promise<{
    status: number;
    headers: Record<string, unknown>;
    body: string;
  }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        nginx.httpsUrl + route,
        {
          ca: readFileSync(certificate),
          method: options.method ?? 'GET',
          headers: { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'ftp' },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  }

  it('ends TLS, tells the process about it and believes nobody’s own forwarding headers', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toContain('max-age=');
    expect(JSON.parse(body)).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' });
  });

  it('sends plain HTTP to HTTPS', async () => {
    const response = await fetch(`${nginx.url}/docs?x=1`, { redirect: 'manual' });
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('https://127.0.0.1/docs?x=1');
  });

  it('refuses bodies larger than the route allows', async () => {
    const post = async (route: string, bytes: number) =>
      (await get(route, { method: 'POST', body: Buffer.alloc(bytes) })).status;
    expect(await post('/api/v1/valuations', 200_000)).toBe(200);
    expect(await post('/api/v1/valuations', 300_000)).toBe(413);
    expect(await post('/api/v1/uploads', 300_000)).toBe(200);
    expect(await post('/location/scope', 2_000_000)).toBe(413);
  });

  it('answers for a channel that is not used', async () => {
    expect((await get('/webhooks/telegram', { method: 'POST' })).status).toBe(502);
  });

  it('limits the web chat by address', async () => {
    const statuses = await Promise.all(Array.from({ length: 120 }, async () => (await get('/web/messages')).status));
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });

  it('does not start with half of the TLS settings', () => {
    const env = { ...process.env, NGINX_RUN: path.join(directory, 'half'), TLS_CERTIFICATE: certificate };
    const { status, stderr } = spawnSync('sh', [path.join(ROOT, 'nginx/start.sh'), 'render'], { env });
    expect(status).toBe(1);
    expect(stderr.toString()).toContain('TLS_CERTIFICATE_KEY');
  });
});
