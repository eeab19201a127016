import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AddressNotAllowedError, GuardedFetch, type Resolve } from './guarded-fetch.js';
import { Ports } from './ports.js';
import { isPublicAddress, Networks } from './public-address.js';

const LIMITS = { timeoutMs: 2_000, maxBytes: 1_000 };

describe('isPublicAddress', () => {
  it.each([
    ['93.184.216.34', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['100.127.255.255', false],
    ['100.128.0.1', true],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['239.255.255.250', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['fec0::1', false],
    ['fd00::1', false],
    ['ff02::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:93.184.216.34', false],
    ['::ffff:0:7f00:1', false],
    ['::7f00:1', false],
    ['64:ff9b::a00:1', false],
    ['64:ff9b::5db8:d822', false],
    ['64:ff9b:1::a00:1', false],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', false],
    ['2001:db8::1', false],
    ['2002:a00:1::', false],
    ['3fff::1', false],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['localhost', false],
    ['', false],
  ])('%s: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));
});

describe('Ports', () => {
  it('holds single ports and ranges', () => {
    const ports = new Ports(['443', '1024-1026', '65535']);
    expect([443, 1024, 1025, 1026, 65_535].every((port) => ports.has(port))).toBe(true);
    expect([0, 80, 442, 444, 1023, 1027, 65_534, 65_536].some((port) => ports.has(port))).toBe(false);
  });

  it.each(['', '0', '443-', '-443', '2-1', '65536', '1024-65536', 'https', '4 43'])('refuses %j', (written) => {
    expect(() => new Ports([written])).toThrow(RangeError);
  });

  it.each([
    ['https://partner.example/', undefined, true],
    ['https://partner.example:8443/', undefined, true],
    ['https://93.184.216.34:8443/', undefined, true],
    ['https://partner.example:22/', undefined, false],
    ['https://partner.example/', ['443'], true],
    ['https://partner.example:443/', ['443'], true],
    ['https://partner.example:8443/', ['443'], false],
    ['https://93.184.216.34:8443/', ['443'], false],
    ['https://partner.example/', ['8443'], false],
  ])('%s of ports %j may be asked for: %s', (address, ports, expected) => {
    expect(new GuardedFetch(ports ? { ports } : {}).accepts(address)).toBe(expected);
  });

  it('are checked again when a name or a redirect leads there', async () => {
    const resolve: Resolve = async () => [{ address: '93.184.216.34', family: 4 }];
    await expect(
      new GuardedFetch({ ports: ['443'], resolve }).fetch('https://partner.example:8443/', LIMITS),
    ).rejects.toThrow(AddressNotAllowedError);
  });
});

describe('Networks', () => {
  it('holds addresses of its networks and nothing else', () => {
    const networks = new Networks(['127.0.0.0/8', 'fd00::/8']);
    expect(['127.5.5.5', '::ffff:127.0.0.1', 'fd12::1'].map((one) => networks.has(one))).toEqual([true, true, true]);
    expect(['10.0.0.1', '::1', 'name'].map((one) => networks.has(one))).toEqual([false, false, false]);
  });

  it.each(['127.0.0.1', '127.0.0.0/33', 'a/8', '::/129', '10.0.0.0/'])('refuses %j', (network) => {
    expect(() => new Networks([network])).toThrow();
  });
});

describe('GuardedFetch', () => {
  let server: Server;
  let port: number;
  let requests: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers'] }[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const local = (resolve?: Resolve) =>
    new GuardedFetch({ allowedNetworks: ['127.0.0.1/32'], ...(resolve && { resolve }) });

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push({ method: request.method, url: request.url, headers: request.headers });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => {
    requests = [];
    vi.unstubAllEnvs();
  });

  it.each([
    'https://127.0.0.1/a',
    'https://2130706433/a',
    'https://0x7f.1/a',
    'https://0177.0.0.1/a',
    'https://[::1]/a',
    'https://[::ffff:127.0.0.1]/a',
    'https://[64:ff9b::7f00:1]/a',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.1.1/a',
    'https://224.0.0.1/a',
    'https://93.184.216.34:22/a',
    'http://93.184.216.34/a',
    'https://user:pass@example.org/a',
    'file:///etc/passwd',
    'gopher://93.184.216.34/',
    'https://',
    'not an address',
  ])('refuses %s before any connection', async (address) => {
    const guarded = new GuardedFetch({ resolve: () => Promise.reject(new Error('asked')) });
    expect(guarded.accepts(address)).toBe(false);
    await expect(guarded.fetch(address, LIMITS)).rejects.toMatchObject({ code: 'fetch.address_not_allowed' });
  });

  it.each<[string, string[]]>([
    ['a private address', ['10.0.0.1']],
    ['a public and a private one', ['93.184.216.34', '127.0.0.1']],
    ['a mapped one', ['::ffff:169.254.169.254']],
    ['one behind NAT64', ['64:ff9b::a9fe:a9fe']],
  ])('refuses a name that leads to %s', async (_name, addresses) => {
    const resolve: Resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    await expect(new GuardedFetch({ resolve }).fetch('https://partner.example/', LIMITS)).rejects.toMatchObject({
      code: 'fetch.address_not_allowed',
    });
  });

  it('refuses the name of this machine by the system’s own resolver', async () => {
    await expect(new GuardedFetch().fetch('https://localhost/', LIMITS)).rejects.toMatchObject({
      code: 'fetch.address_not_allowed',
    });
  });

  it('resolves a name once and connects to what was checked, whatever the name leads to later', async () => {
    answer = (_request, response) => response.end('ok');
    let asked = 0;
    const rebinding: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    const response = await local(rebinding).fetch(`http://rebinding.example:${port}/x`, LIMITS);
    expect([response.status, response.body.toString(), asked]).toEqual([200, 'ok', 1]);
    expect(requests[0]?.headers.host).toBe(`rebinding.example:${port}`);
  });

  it('checks every redirect again', async () => {
    answer = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    await expect(local().fetch(`http://127.0.0.1:${port}/a`, { ...LIMITS, maxRedirects: 3 })).rejects.toMatchObject({
      code: 'fetch.address_not_allowed',
    });
    expect(requests).toHaveLength(1);
  });

  it('gives a redirect back as the answer when it may not follow', async () => {
    answer = (_request, response) => response.writeHead(307, { location: '/b' }).end();
    expect((await local().fetch(`http://127.0.0.1:${port}/a`, LIMITS)).status).toBe(307);
    expect(requests).toHaveLength(1);
  });

  it('follows redirects up to their limit; a POST that is told to look elsewhere becomes a GET', async () => {
    answer = (request, response) => {
      const step = Number(request.url?.slice(1));
      if (step < 3) response.writeHead(303, { location: `/${step + 1}` }).end();
      else response.end('there');
    };
    const post = { ...LIMITS, method: 'POST' as const, body: 'x' };
    const arrived = await local().fetch(`http://127.0.0.1:${port}/1`, { ...post, maxRedirects: 2 });
    expect([arrived.body.toString(), arrived.url.pathname]).toEqual(['there', '/3']);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    await expect(local().fetch(`http://127.0.0.1:${port}/1`, { ...post, maxRedirects: 1 })).rejects.toMatchObject({
      reason: 'redirects',
    });
  });

  it('sends no credentials to another origin', async () => {
    answer = (request, response) => {
      if (request.url === '/a') response.writeHead(307, { location: `http://other.example:${port}/b` }).end();
      else response.end();
    };
    const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    await local(resolve).fetch(`http://one.example:${port}/a`, {
      ...LIMITS,
      maxRedirects: 1,
      headers: { Authorization: 'Bearer x', 'Webhook-Signature': 'v1,x', 'x-kept': '1' },
    });
    const [first, second] = requests;
    expect(first?.headers.authorization).toBe('Bearer x');
    expect([second?.headers.authorization, second?.headers['webhook-signature'], second?.headers['x-kept']]).toEqual([
      undefined,
      undefined,
      '1',
    ]);
  });

  it('uses no proxy of the environment', async () => {
    answer = (_request, response) => response.end('direct');
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
      vi.stubEnv(name, 'http://127.0.0.1:9');
    expect((await local().fetch(`http://127.0.0.1:${port}/`, LIMITS)).body.toString()).toBe('direct');
  });

  it.each<[string, typeof answer, string]>([
    ['too large an answer', (_request, response) => response.end(Buffer.alloc(5_000)), 'too-large'],
    ['silence', () => {}, 'timeout'],
    [
      'an answer that never ends',
      (_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(drip));
      },
      'timeout',
    ],
    ['a broken connection', (request) => request.socket.destroy(), 'network'],
    [
      'an answer cut off',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('part', () => request.socket.destroy());
      },
      'network',
    ],
  ])('gives up on %s', async (_name, behaviour, reason) => {
    answer = behaviour;
    await expect(local().fetch(`http://127.0.0.1:${port}/`, { ...LIMITS, timeoutMs: 300 })).rejects.toMatchObject({
      code: 'fetch.failed',
      reason,
    });
  });

  it('gives up on a resolver that does not answer', async () => {
    const slow: Resolve = () => new Promise(() => {});
    await expect(
      new GuardedFetch({ resolve: slow }).fetch('https://slow.example/', { ...LIMITS, timeoutMs: 100 }),
    ).rejects.toMatchObject({ reason: 'timeout' });
  });
});
