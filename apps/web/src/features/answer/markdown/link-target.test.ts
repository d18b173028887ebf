import { expect, it } from 'vitest';
import { linkParts, linkTarget } from './link-target.ts';

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '/docs',
  '//evil.example',
  'docs/a.md',
  '',
  'java\tscript:alert(1)',
])('does not follow %j', (href) => expect(linkTarget(href)).toBeUndefined());

it('jumps within the answer for a fragment', () => {
  expect(linkTarget('#a%20b')).toEqual({ kind: 'place', id: 'a b' });
});

it('shows the real host apart from what imitates one', () => {
  const parts = linkParts(new URL('https://accounts.example@evil.example/path?q'));
  expect(parts).toMatchObject({
    before: 'https://accounts.example@',
    host: 'evil.example',
    after: '/path?q',
  });
  expect(parts.warning).toContain('user name');
});

it('shows the encoded name of a host with letters of another alphabet, and warns', () => {
  const parts = linkParts(new URL('https://аpple.com/'));
  expect(parts.host).toMatch(/^xn--/);
  expect(parts.warning).toContain('another alphabet');
});

it('names the domain of an e-mail address', () => {
  expect(linkParts(new URL('mailto:ada@example.org'))).toMatchObject({
    before: 'mailto:ada@',
    host: 'example.org',
  });
});
