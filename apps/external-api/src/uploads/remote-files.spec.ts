import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedFetch } from '#libs/platform';
import { RemoteFiles } from './remote-files.js';

describe('RemoteFiles', () => {
  let server: Server;
  let base: string;
  const files = new RemoteFiles(new GuardedFetch({ allowedNetworks: ['127.0.0.1/32'] }));

  beforeAll(async () => {
    server = createServer((request, response) => {
      const inside = { location: 'http://10.0.0.1/secret' };
      if (request.url === '/moved') response.writeHead(301, { location: '/%D0%BF%D0%BB%D0%B0%D0%BD.pdf' }).end();
      else if (request.url === '/inside') response.writeHead(302, inside).end();
      else if (request.url === '/missing') response.writeHead(404).end();
      else response.end('bytes');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('fetches a file that moved, under the name it has there', async () => {
    expect(await files.fetch(`${base}/moved`)).toEqual({ name: 'план.pdf', bytes: Buffer.from('bytes') });
  });

  it.each([
    ['/inside', 'ATTACHMENT_URL_NOT_ALLOWED'],
    ['/missing', 'ATTACHMENT_NOT_FETCHED'],
  ])('refuses %s: %s', async (route, code) => {
    await expect(files.fetch(base + route)).rejects.toMatchObject({ status: 422, code });
  });

  it('reaches nothing inside when no network is allowed', async () => {
    await expect(new RemoteFiles(new GuardedFetch()).fetch(`${base}/moved`)).rejects.toMatchObject({
      code: 'ATTACHMENT_URL_NOT_ALLOWED',
    });
  });
});
