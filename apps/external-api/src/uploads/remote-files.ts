import { lookup } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { MAX_CLIENT_FILE } from '#libs/channels';
import { Problem } from '#libs/platform';

const TIMEOUT_MS = 15_000;

/** Everything that is not the public internet: RFC 6890 and its IPv6 counterparts. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}

// IPv6: only global unicast (2000::/3) is public, less the ranges in it that lead elsewhere.
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
const EMBEDDED_V6 = new BlockList();
EMBEDDED_V6.addSubnet('2001::', 23, 'ipv6');
EMBEDDED_V6.addSubnet('2001:db8::', 32, 'ipv6');
EMBEDDED_V6.addSubnet('2002::', 16, 'ipv6');

/** Whether an IP address may be connected to on behalf of a caller. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !PRIVATE.check(address, 'ipv4');
  return isIP(address) === 6 && GLOBAL_V6.check(address, 'ipv6') && !EMBEDDED_V6.check(address, 'ipv6');
}

const notFetched = (title: string) => new Problem(422, 'ATTACHMENT_NOT_FETCHED', title);

/** Resolves a name and refuses it unless every address is public; the connection then goes to what was checked. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first || !addresses.every(({ address }) => isPublicAddress(address))) {
      callback(Object.assign(new Error('not a public address'), { code: 'ENOTPUBLIC' }), '', 4);
    } else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/**
 * Fetches files callers point to, without becoming their hand inside our network: https on the standard port only, public
 * addresses only (checked on the very lookup the connection uses), no redirects, no credentials, bounded size and time.
 */
export class RemoteFiles {
  /** Throws Problem ATTACHMENT_URL_NOT_ALLOWED or ATTACHMENT_NOT_FETCHED; neither says what was found there. */
  async fetch(address: string): Promise<{ name: string; bytes: Buffer }> {
    const url = new URL(address);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const allowed =
      url.protocol === 'https:' &&
      url.port === '' &&
      url.username === '' &&
      url.password === '' &&
      (isIP(literal) === 0 || isPublicAddress(literal));
    if (!allowed)
      throw new Problem(422, 'ATTACHMENT_URL_NOT_ALLOWED', 'Only public https addresses on port 443 are fetched');
    return { name: decodeURIComponentSafely(url.pathname.split('/').at(-1) ?? ''), bytes: await this.download(url) };
  }

  private download(url: URL): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const call = request(url, {
        lookup: publicLookup,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { accept: '*/*', 'user-agent': 'WeWall-AI-attachments' },
      });
      call.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOTPUBLIC'
            ? new Problem(422, 'ATTACHMENT_URL_NOT_ALLOWED', 'Only public https addresses on port 443 are fetched')
            : notFetched('The file could not be fetched'),
        ),
      );
      call.on('response', (response) => {
        const fail = (title: string) => {
          response.destroy();
          reject(notFetched(title));
        };
        if (response.statusCode !== 200) return fail('The address does not answer 200 (redirects are not followed)');
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_CLIENT_FILE) fail('The file is larger than 20 MB');
          else chunks.push(chunk);
        });
        response.on('error', () => reject(notFetched('The file could not be fetched')));
        response.on('end', () => resolve(Buffer.concat(chunks)));
      });
      call.end();
    });
  }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
