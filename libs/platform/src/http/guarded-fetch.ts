import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Ports } from './ports.js';
import { isPublicAddress, Networks } from './public-address.js';

/** One address a name leads to. */
export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All addresses of a name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

export interface GuardedFetchOptions {
  /**
   * Networks that may be reached although they are not public, in plain http and at any port: loopback in tests, a partner
   * inside the house. Everything else is https to public addresses.
   */
  allowedNetworks?: readonly string[];
  /** Ports of public addresses, as `443` or `1024-65535`; `DEFAULT_PORTS` when absent. */
  ports?: readonly string[];
  /** The machine's resolver when absent. */
  resolve?: Resolve;
}

export interface GuardedRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Limit of everything together, redirects included. */
  timeoutMs: number;
  /** Largest body of the answer. */
  maxBytes: number;
  /** Redirects followed, each checked like the first address; 0: a redirect is the answer. */
  maxRedirects?: number;
  /** Ends the request early. */
  signal?: AbortSignal;
}

export interface GuardedResponse {
  status: number;
  /** As received; names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Where the answer came from, after redirects. */
  url: URL;
}

/** The address leads, or may lead, inside our own network, or is not plain https. Says nothing of what was found there. */
export class AddressNotAllowedError extends Error {
  readonly code = 'fetch.address_not_allowed';

  constructor() {
    super('only public https addresses are reached');
    this.name = 'AddressNotAllowedError';
  }
}

/** No whole answer came: `timeout`, `too-large`, `redirects` (too many, or without an address) or `network`. */
export class FetchFailedError extends Error {
  readonly code = 'fetch.failed';

  constructor(
    readonly reason: 'timeout' | 'too-large' | 'redirects' | 'network',
    options?: ErrorOptions,
  ) {
    super(`no answer: ${reason}`, options);
    this.name = 'FetchFailedError';
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that never follow a redirect to another origin. */
const CREDENTIALS = /^(authorization|cookie|proxy-authorization|webhook-.*)$/i;
/** The standard port of https and what needs no privilege to serve. */
const DEFAULT_PORTS = ['443', '1024-65535'];

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Requests to addresses that callers name, without becoming their hand inside our network: https to public addresses only,
 * a name is resolved once and the connection goes to exactly what was checked, every redirect is checked again, proxies of
 * the environment are not used, size and time are bounded. Refused when any address of a name is not public.
 */
export class GuardedFetch {
  private readonly allowed: Networks;
  private readonly ports: Ports;
  private readonly resolve: Resolve;

  constructor(options: GuardedFetchOptions = {}) {
    this.allowed = new Networks(options.allowedNetworks ?? []);
    this.ports = new Ports(options.ports ?? DEFAULT_PORTS);
    this.resolve = options.resolve ?? systemResolve;
  }

  /** Throws AddressNotAllowedError or FetchFailedError; any status of the other side is an answer. */
  async fetch(address: string | URL, request: GuardedRequest): Promise<GuardedResponse> {
    const signals = [AbortSignal.timeout(request.timeoutMs), ...(request.signal ? [request.signal] : [])];
    const signal = AbortSignal.any(signals);
    let url = parse(address);
    let { method = 'GET', headers = {}, body } = request;
    for (let redirects = 0; ; redirects += 1) {
      const pinned = await this.pin(url, signal);
      const response = await exchange(url, pinned, { method, headers, body, signal, maxBytes: request.maxBytes });
      const { location } = response.headers;
      if (!REDIRECTS.has(response.status) || (request.maxRedirects ?? 0) === 0) return response;
      if (redirects >= (request.maxRedirects ?? 0) || typeof location !== 'string')
        throw new FetchFailedError('redirects');
      const next = parse(location, url);
      if (next.origin !== url.origin) {
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.test(name)));
      }
      if (response.status === 303 || (method === 'POST' && response.status < 307)) {
        method = 'GET';
        body = undefined;
      }
      url = next;
    }
  }

  /** Whether the address as written may be asked for; what its name resolves to is checked by `fetch`. */
  accepts(address: string): boolean {
    try {
      const url = parse(address);
      const literal = literalOf(url);
      return literal === undefined ? this.isAllowedScheme(url) : this.mayReach(url, literal);
    } catch {
      return false;
    }
  }

  /** The addresses the connection may use, all of them checked. */
  private async pin(url: URL, signal: AbortSignal): Promise<ResolvedAddress[]> {
    const literal = literalOf(url);
    const addresses =
      literal === undefined
        ? await unlessAborted(this.resolve(url.hostname), signal)
        : [{ address: literal, family: isIP(literal) }];
    if (addresses.length === 0) throw new FetchFailedError('network');
    if (!addresses.every(({ address }) => this.mayReach(url, address))) throw new AddressNotAllowedError();
    return addresses;
  }

  private mayReach(url: URL, address: string): boolean {
    if (this.allowed.has(address)) return true;
    return this.isAllowedScheme(url) && isPublicAddress(address);
  }

  private isAllowedScheme({ protocol, port }: URL): boolean {
    return protocol === 'https:' && this.ports.has(port === '' ? 443 : Number(port));
  }
}

/** The IP address an URL names without a resolver; the URL parser has already turned `0x7f.1` and the like into dots. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

function parse(address: string | URL, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw new AddressNotAllowedError();
  }
  const plain = url.username === '' && url.password === '' && url.hostname !== '';
  if (!plain || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new AddressNotAllowedError();
  return url;
}

async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new FetchFailedError('timeout'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    throw error instanceof FetchFailedError ? error : new FetchFailedError('network', { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Exchange {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string | Buffer | undefined;
  signal: AbortSignal;
  maxBytes: number;
}

/** One request over a connection of its own to one of the pinned addresses. */
function exchange(url: URL, pinned: ResolvedAddress[], options: Exchange): Promise<GuardedResponse> {
  const { method, headers, body, signal, maxBytes } = options;
  const toPinned: LookupFunction = (_hostname, { all }, callback) => {
    const [first] = pinned;
    if (all) callback(null, pinned);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      if (error instanceof FetchFailedError) reject(error);
      else reject(new FetchFailedError(signal.aborted ? 'timeout' : 'network', { cause: error }));
    };
    const call = request(url, {
      method,
      lookup: toPinned,
      // A connection of its own: no pool that knows names, no proxy of the environment.
      agent: false,
      signal,
      headers: {
        accept: '*/*',
        // What is not unpacked cannot grow.
        'accept-encoding': 'identity',
        'user-agent': 'WeWall-AI',
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    call.on('error', fail);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) {
          chunks.push(chunk);
          return;
        }
        fail(new FetchFailedError('too-large'));
        call.destroy();
      });
      response.on('error', fail);
      response.on('end', () => {
        const { statusCode = 0, headers: received } = response;
        if (response.complete) resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks), url });
        else fail(new Error('the answer was cut off'));
      });
    });
    call.end(body);
  });
}
