import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';

/**
 * Envelope encryption of provider keys with AES-256-GCM (NIST SP 800-38D). Each row has its own data key, which encrypts
 * the secret. A versioned key-encryption key (KEK) wraps the data key. Both use the same additional data, so a row that
 * is moved to another user, provider or key version does not decrypt.
 */
export interface SealedSecret {
  keyVersion: number;
  wrappedKey: Buffer;
  wrappedKeyIv: Buffer;
  wrappedKeyTag: Buffer;
  ciphertext: Buffer;
  iv: Buffer;
  tag: Buffer;
}

/** Key-encryption keys of 32 bytes by version. The highest version seals new secrets. */
export type Keyring = ReadonlyMap<number, Buffer>;

export interface SecretOwner {
  userId: UserId;
  provider: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
/** Without a fixed length, Node accepts a tag that was cut to 4 bytes. */
const TAG_BYTES = 16;

interface Box {
  data: Buffer;
  iv: Buffer;
  tag: Buffer;
}

const additionalData = (owner: SecretOwner, keyVersion: number): Buffer =>
  Buffer.from(JSON.stringify(['aideator-provider-key-v1', keyVersion, owner.userId, owner.provider]));

function encrypt(key: Buffer, plain: Buffer, aad: Buffer): Box {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { data, iv, tag: cipher.getAuthTag() };
}

function decrypt(key: Buffer, box: Box, aad: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, box.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(box.tag);
  return Buffer.concat([decipher.update(box.data), decipher.final()]);
}

/** Seals a secret for one owner with the newest key of the keyring. */
export function sealSecret(keyring: Keyring, owner: SecretOwner, secret: string): SealedSecret {
  const keyVersion = Math.max(...keyring.keys());
  const kek = keyring.get(keyVersion);
  if (!kek) throw new AppError('internal', 'the keyring is empty');
  const aad = additionalData(owner, keyVersion);
  const dataKey = randomBytes(KEY_BYTES);
  const body = encrypt(dataKey, Buffer.from(secret, 'utf8'), aad);
  const wrapped = encrypt(kek, dataKey, aad);
  dataKey.fill(0);
  return {
    keyVersion,
    wrappedKey: wrapped.data,
    wrappedKeyIv: wrapped.iv,
    wrappedKeyTag: wrapped.tag,
    ciphertext: body.data,
    iv: body.iv,
    tag: body.tag,
  };
}

/** Opens a sealed secret. Throws if the owner, the version or any byte differs, or if the keyring lacks the version's key. */
export function openSecret(keyring: Keyring, owner: SecretOwner, sealed: SealedSecret): string {
  const kek = keyring.get(sealed.keyVersion);
  if (!kek) throw new AppError('internal', `key version ${sealed.keyVersion} is not in the keyring`);
  const aad = additionalData(owner, sealed.keyVersion);
  const wrapped = { data: sealed.wrappedKey, iv: sealed.wrappedKeyIv, tag: sealed.wrappedKeyTag };
  const dataKey = decrypt(kek, wrapped, aad);
  try {
    return decrypt(dataKey, { data: sealed.ciphertext, iv: sealed.iv, tag: sealed.tag }, aad).toString(
      'utf8',
    );
  } finally {
    dataKey.fill(0);
  }
}

/** Parses `1:<base64 of 32 bytes>[,2:<…>]`. The error message contains no key material. */
export function parseKeyring(text: string): Keyring {
  const ring = new Map<number, Buffer>();
  for (const part of text.split(',')) {
    const match = /^\s*([1-9]\d{0,5}):([A-Za-z0-9+/=]+)\s*$/.exec(part);
    const key = Buffer.from(match?.[2] ?? '', 'base64');
    if (!match || key.length !== KEY_BYTES) {
      throw new AppError(
        'internal',
        'ENCRYPTION_KEYS must look like "1:<base64 of 32 bytes>", several separated by commas',
      );
    }
    ring.set(Number(match[1]), key);
  }
  return ring;
}
