import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const address = (trustedProxies: number, forwardedFor?: string, peer = '192.0.2.1') =>
  clientAddress({ peer, forwardedFor, trustedProxies });

test('without trusted proxies the peer address counts, whatever X-Forwarded-For says', () => {
  expect(address(0, '10.9.9.9')).toBe('192.0.2.1');
  expect(address(0)).toBe('192.0.2.1');
});

test('with trusted proxies the address that the outermost proxy saw counts, not one that the client made up', () => {
  expect(address(1, '10.9.9.9, 198.51.100.7')).toBe('198.51.100.7');
  expect(address(2, '10.9.9.9, 198.51.100.7, 203.0.113.1')).toBe('198.51.100.7');
  expect(address(2, '198.51.100.7')).toBe('198.51.100.7');
});

test('an entry that is not an address falls back to the peer address', () => {
  expect(address(1, '10.9.9.9, unknown')).toBe('192.0.2.1');
  expect(address(1)).toBe('192.0.2.1');
});

test('ports and IPv4 within IPv6 are not part of an address', () => {
  expect(address(1, '198.51.100.7:4711')).toBe('198.51.100.7');
  expect(address(0, undefined, '::ffff:192.0.2.1')).toBe('192.0.2.1');
});

test('all addresses of an IPv6 /64 network count as one', () => {
  expect(address(1, '[2001:db8:1:2:3::4]:4711')).toBe('2001:db8:1:2::/64');
  expect(address(1, '2001:0DB8:1:2:ffff::1')).toBe('2001:db8:1:2::/64');
  expect(address(1, '::1')).toBe('0:0:0:0::/64');
});
