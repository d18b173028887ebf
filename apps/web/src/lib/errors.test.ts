import { describe, expect, it } from 'vitest';
import { errorText, isUnauthorized } from './errors.ts';

describe('errorText', () => {
  it('returns the text of a known code, with the detail of the provider', () => {
    const text = errorText({ data: { appCode: 'provider_auth', detail: 'invalid key' } });
    expect(text).toEqual({
      code: 'provider_auth',
      text: 'The provider did not accept the key. Check it under Settings.',
      detail: 'invalid key',
    });
  });

  it('shows only the general text for an unknown error', () => {
    const text = errorText({
      message: 'select * from secrets',
      data: { appCode: 'who_knows', detail: 'stack' },
    });
    expect(text.code).toBe('internal');
    expect(JSON.stringify(text)).not.toContain('secrets');
    expect(text.detail).toBeUndefined();
  });

  it('says that the server cannot be reached when there was no reply', () => {
    expect(errorText(new TypeError('Failed to fetch')).code).toBe('offline');
    expect(errorText(undefined).code).toBe('offline');
  });

  it('omits an empty detail', () => {
    expect(errorText({ data: { appCode: 'conflict', detail: '' } }).detail).toBeUndefined();
  });
});

describe('isUnauthorized', () => {
  it('is true for `unauthorized` only', () => {
    expect(isUnauthorized({ data: { appCode: 'unauthorized' } })).toBe(true);
    expect(isUnauthorized({ data: { appCode: 'forbidden' } })).toBe(false);
  });
});
