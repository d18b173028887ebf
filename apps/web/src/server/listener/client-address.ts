import { isIP, isIPv6 } from 'node:net';

interface Connection {
  /** Address of the other end of the TCP connection. */
  peer: string | undefined;
  /** X-Forwarded-For as it was received. */
  forwardedFor: string | undefined;
  /** How many proxies in front of this server append to X-Forwarded-For. */
  trustedProxies: number;
}

/**
 * The address that rate limits count. Each trusted proxy appends the address that it saw. With n of them the client's
 * is the n-th from the right, and entries to the left may be forged. Without trusted proxies the header is ignored.
 */
export function clientAddress({ peer, forwardedFor, trustedProxies }: Connection): string {
  const seen = (forwardedFor ?? '').split(',').map((entry) => withoutPort(entry.trim()));
  const forwarded = trustedProxies === 0 ? undefined : seen[Math.max(0, seen.length - trustedProxies)];
  const address = forwarded !== undefined && isIP(forwarded) !== 0 ? forwarded : (peer ?? '');
  return network(address.replace(/^::ffff:(?=\d+\.)/i, ''));
}

function withoutPort(entry: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return bracketed;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(entry) ? entry.slice(0, entry.lastIndexOf(':')) : entry;
}

/** An IPv6 subscriber has at least a /64, so limits count the /64 as one address. */
function network(address: string): string {
  if (!isIPv6(address)) return address === '' ? 'unknown' : address;
  const [head = '', tail] = address.split('%')[0]?.toLowerCase().split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(gap).fill('0'), ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
