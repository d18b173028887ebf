import { newId, type UserId } from '@aideator/contract/ids';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type ProviderKey, providerKeys } from '../schema/provider-keys.ts';

/** The encrypted parts of a key. */
export type SealedKey = Pick<
  ProviderKey,
  'keyVersion' | 'wrappedKey' | 'wrappedKeyIv' | 'wrappedKeyTag' | 'ciphertext' | 'iv' | 'tag' | 'lastFour'
>;

/** The parts of a key that may be shown. */
export type ProviderKeyInfo = Pick<ProviderKey, 'provider' | 'lastFour' | 'createdAt' | 'updatedAt'>;

/** Sets or replaces a person's key for a provider. */
export async function upsertProviderKey(
  db: DbOrTx,
  params: { userId: UserId; provider: string; sealed: SealedKey },
): Promise<ProviderKeyInfo> {
  const { userId, provider, sealed } = params;
  const [row] = await db
    .insert(providerKeys)
    .values({ id: newId('providerKey'), userId, provider, ...sealed })
    .onConflictDoUpdate({
      target: [providerKeys.userId, providerKeys.provider],
      set: { ...sealed, updatedAt: sql`now()` },
    })
    .returning(INFO);
  if (!row) throw new Error('upsert returned no row');
  return row;
}

const INFO = {
  provider: providerKeys.provider,
  lastFour: providerKeys.lastFour,
  createdAt: providerKeys.createdAt,
  updatedAt: providerKeys.updatedAt,
};

/** A person's keys without the encrypted parts, ordered by provider. */
export async function listProviderKeys(db: DbOrTx, params: { userId: UserId }): Promise<ProviderKeyInfo[]> {
  return db
    .select(INFO)
    .from(providerKeys)
    .where(eq(providerKeys.userId, params.userId))
    .orderBy(asc(providerKeys.provider));
}

/** A key with its encrypted parts, for the claim of a run. */
export async function getProviderKey(
  db: DbOrTx,
  params: { userId: UserId; provider: string },
): Promise<ProviderKey | undefined> {
  const [row] = await db
    .select()
    .from(providerKeys)
    .where(and(eq(providerKeys.userId, params.userId), eq(providerKeys.provider, params.provider)));
  return row;
}

/** Returns false when there was none. */
export async function deleteProviderKey(
  db: DbOrTx,
  params: { userId: UserId; provider: string },
): Promise<boolean> {
  const rows = await db
    .delete(providerKeys)
    .where(and(eq(providerKeys.userId, params.userId), eq(providerKeys.provider, params.provider)))
    .returning({ id: providerKeys.id });
  return rows.length > 0;
}
