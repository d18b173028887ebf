import { describe, expect, test } from 'vitest';
import { hostCheck, isHostEntry } from './hosts.ts';

const check = (publicUrl: string, ...allowedHosts: string[]) => hostCheck({ publicUrl, allowedHosts });

describe('a server that is opened as localhost', () => {
  const isAllowed = check('http://localhost:3000');

  test.each(['localhost:3000', 'LOCALHOST:3000', '127.0.0.1:3000', '[::1]:3000', 'localhost.:3000'])(
    'serves %s',
    (host) => expect(isAllowed(host)).toBe(true),
  );

  test.each([
    'evil.example:3000',
    'localhost',
    'localhost:3001',
    'localhost:3000.evil.example',
    'localhost.evil.example:3000',
    'user@localhost:3000',
    'localhost:3000/',
    '127.0.0.2:3000',
    '192.0.2.1:3000',
    '',
    undefined,
  ])('refuses %s', (host) => expect(isAllowed(host)).toBe(false));
});

test('a public address is served with and without its default port; loopback names are refused', () => {
  const isAllowed = check('https://ai.example.org');
  expect(['ai.example.org', 'ai.example.org:443'].every(isAllowed)).toBe(true);
  expect(
    ['ai.example.org:80', 'localhost', 'localhost:443', '127.0.0.1:443', 'x.ai.example.org'].some(isAllowed),
  ).toBe(false);
});

test('listed hosts are served; an entry without a port matches every port', () => {
  const isAllowed = check('https://ai.example.org', 'web.ns.svc', 'Box:8080', '[fd00::1]');
  expect(['web.ns.svc', 'web.ns.svc:3000', 'box:8080', '[fd00::1]:3000'].every(isAllowed)).toBe(true);
  expect(['box', 'box:8081', 'other.ns.svc'].some(isAllowed)).toBe(false);
});

test('an asterisk turns the check off', () => {
  expect(check('https://ai.example.org', '*')('evil.example')).toBe(true);
});

test.each([
  ['ai.example.org', true],
  ['*', true],
  ['https://ai.example.org', false],
  ['*.example.org', false],
  ['ai.example.org/path', false],
])('%s as a setting: %s', (entry, isValid) => expect(isHostEntry(entry)).toBe(isValid));
