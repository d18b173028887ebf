/** One prefix per kind, so that an id in a log line shows its kind. */
export const ID_PREFIXES = {
  user: 'usr',
  signIn: 'sin',
  session: 'ses',
  turn: 'trn',
  response: 'rsp',
  run: 'run',
  preference: 'prf',
  providerKey: 'key',
  usage: 'usg',
  audit: 'aud',
  modelSet: 'set',
  apiToken: 'tok',
  shareLink: 'shr',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** An id of one kind. A run id does not compile where a response id is expected. */
export type Id<K extends IdKind> = `${(typeof ID_PREFIXES)[K]}_${string}`;

export type UserId = Id<'user'>;
export type SignInId = Id<'signIn'>;
export type SessionId = Id<'session'>;
export type TurnId = Id<'turn'>;
export type ResponseId = Id<'response'>;
export type RunId = Id<'run'>;
export type PreferenceId = Id<'preference'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BODY_LENGTH = 26;

/** Crockford base32 of 16 bytes, most significant bits first, so that text order is byte order. */
function encodeBase32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < BODY_LENGTH; i += 1) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

/** Fills the bytes with random ones and returns them. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

const fillSecurely: FillRandom = (bytes) => crypto.getRandomValues(bytes);

/** UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits. */
function uuidV7Bytes(nowMs: number, fillRandom: FillRandom): Uint8Array {
  const bytes = fillRandom(new Uint8Array(16));
  let ms = nowMs;
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/**
 * A new id such as `ses_01k…`: the prefix of its kind and a UUIDv7. Later ids sort later, at millisecond resolution.
 * `fillRandom` is for seeds, whose ids must be the same each time.
 */
export function newId<K extends IdKind>(
  kind: K,
  nowMs: number = Date.now(),
  fillRandom: FillRandom = fillSecurely,
): Id<K> {
  return `${ID_PREFIXES[kind]}_${encodeBase32(uuidV7Bytes(nowMs, fillRandom))}`;
}

const BODY_PATTERN = new RegExp(`^[${ALPHABET}]{${BODY_LENGTH}}$`);

/** Whether a string from outside is an id of this kind. */
export function isId<K extends IdKind>(kind: K, text: unknown): text is Id<K> {
  const prefix = `${ID_PREFIXES[kind]}_`;
  return typeof text === 'string' && text.startsWith(prefix) && BODY_PATTERN.test(text.slice(prefix.length));
}
