import { describe, expect, it } from 'vitest';
import { safeNextPath, signInPath } from './next-path.ts';

describe('safeNextPath', () => {
  it('keeps a path of this site with its query', () => {
    expect(safeNextPath('/s/ses_1?turn=2#x')).toBe('/s/ses_1?turn=2#x');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    undefined,
    ['/a'],
    '/sign-in',
    '/sign-up?next=/sign-in',
    '/api/auth/signout',
    `/${'a'.repeat(3_000)}`,
  ])('turns %s into the start page', (next) => {
    expect(safeNextPath(next)).toBe('/');
  });
});

describe('signInPath', () => {
  it('contains the path to return to, except for the start page', () => {
    expect(signInPath('/s/ses_1?x=1')).toBe('/sign-in?next=%2Fs%2Fses_1%3Fx%3D1');
    expect(signInPath('/')).toBe('/sign-in');
  });
});
