import { BlockList, isIP } from 'node:net';

/** Everything in IPv4 that is not the public internet: RFC 6890, multicast, reserved. */
const PRIVATE_V4 = new BlockList();
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
  PRIVATE_V4.addSubnet(network, prefix, 'ipv4');
}

// IPv6: only global unicast (2000::/3) is public, which leaves out loopback, link-local, unique local, multicast, mapped
// IPv4 (::ffff:0:0/96) and NAT64 (64:ff9b::/96, 64:ff9b:1::/48). Less the ranges in it that lead elsewhere: Teredo and
// its neighbours, documentation, 6to4.
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
const ELSEWHERE_V6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  ELSEWHERE_V6.addSubnet(network, prefix, 'ipv6');
}

/** Whether an IP address may be connected to on behalf of somebody outside; anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !PRIVATE_V4.check(address, 'ipv4');
  return isIP(address) === 6 && GLOBAL_V6.check(address, 'ipv6') && !ELSEWHERE_V6.check(address, 'ipv6');
}

/** Networks written as `10.1.0.0/16` or `fd00::/8`. */
export class Networks {
  private readonly list = new BlockList();

  /** Throws RangeError or TypeError for what is no network. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix = ''] = network.split('/');
      const family = isIP(address);
      if (family === 0 || !/^\d{1,3}$/.test(prefix)) throw new RangeError('a network is written as address/prefix');
      this.list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  /** A mapped address (`::ffff:10.0.0.1`) belongs to the IPv4 network. */
  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
