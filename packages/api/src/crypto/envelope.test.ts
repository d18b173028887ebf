import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openSecret, parseKeyring, type SealedSecret, sealSecret } from './envelope.ts';

const base64Key = () => randomBytes(32).toString('base64');
const keyring = parseKeyring(`1:${base64Key()}`);
const owner = { userId: 'usr_ann' as const, provider: 'openai' };
const secret = 'sk-canary-0123456789abcdef';

describe('a sealed secret', () => {
  test('opens for its owner and does not appear in the stored values', () => {
    const sealed = sealSecret(keyring, owner, secret);
    expect(openSecret(keyring, owner, sealed)).toBe(secret);
    const stored = Buffer.concat([sealed.ciphertext, sealed.wrappedKey, sealed.iv, sealed.tag]);
    expect(stored.includes(secret)).toBe(false);
  });

  test.each([
    ['another user', { ...owner, userId: 'usr_bob' as const }],
    ['another provider', { ...owner, provider: 'anthropic' }],
  ])('moved to %s does not open', (_, other) => {
    const sealed = sealSecret(keyring, owner, secret);
    expect(() => openSecret(keyring, other, sealed)).toThrow();
  });

  test('does not open when relabelled with another key version, even if both versions have the same key', () => {
    const [, key] = [...keyring][0] ?? [];
    if (!key) throw new Error('no key');
    const both = new Map([
      [1, key],
      [2, key],
    ]);
    const sealed = sealSecret(keyring, owner, secret);
    expect(() => openSecret(both, owner, { ...sealed, keyVersion: 2 })).toThrow();
  });

  test.each(['tag', 'wrappedKeyTag'] as const)('does not open with a %s cut to 4 bytes', (field) => {
    const sealed = sealSecret(keyring, owner, secret);
    expect(() => openSecret(keyring, owner, { ...sealed, [field]: sealed[field].subarray(0, 4) })).toThrow();
  });

  test.each(['ciphertext', 'wrappedKey', 'iv', 'tag'] as const)(
    'with one bit of its %s changed does not open',
    (field) => {
      const sealed: SealedSecret = sealSecret(keyring, owner, secret);
      const changed = Buffer.from(sealed[field]);
      changed[0] = (changed[0] ?? 0) ^ 1;
      expect(() => openSecret(keyring, owner, { ...sealed, [field]: changed })).toThrow();
    },
  );

  test('of an older key version still opens after a newer version was added, and new secrets use the newer', () => {
    const [, first] = [...keyring][0] ?? [];
    const rotated = parseKeyring(`1:${first?.toString('base64')},2:${base64Key()}`);
    expect(openSecret(rotated, owner, sealSecret(keyring, owner, secret))).toBe(secret);
    expect(sealSecret(rotated, owner, secret).keyVersion).toBe(2);
  });

  test('is sealed with fresh keys and IVs each time: no bytes repeat', () => {
    const [one, two] = [sealSecret(keyring, owner, secret), sealSecret(keyring, owner, secret)];
    for (const field of ['ciphertext', 'iv', 'tag', 'wrappedKey', 'wrappedKeyIv', 'wrappedKeyTag'] as const)
      expect(one[field], field).not.toEqual(two[field]);
    expect(one.iv).not.toEqual(one.wrappedKeyIv);
  });
});

test.each(['', '1:short', 'key', `0:${base64Key()}`, `1:${base64Key()};2:${base64Key()}`])(
  'a malformed keyring (%j) is refused without naming key material',
  (text) => {
    expect(() => parseKeyring(text)).toThrow(/ENCRYPTION_KEYS must look like/);
  },
);
