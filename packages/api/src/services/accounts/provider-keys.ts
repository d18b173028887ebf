import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';
import { PROVIDERS, type ProviderId } from '@aideator/contract/models';
import type { ProviderKeyView } from '@aideator/contract/views';
import { insertAudit } from '@aideator/db/queries/audit';
import {
  deleteProviderKey,
  getProviderKey,
  listProviderKeys,
  type ProviderKeyInfo,
  upsertProviderKey,
} from '@aideator/db/queries/provider-keys';
import { openSecret, sealSecret } from '../../crypto/envelope.ts';
import type { ApiDeps } from '../../deps.ts';

const KEY_CHARS_MAX = 512;

function providerKeyView(
  provider: (typeof PROVIDERS)[number],
  stored: ProviderKeyInfo | undefined,
  serverKey: boolean,
): ProviderKeyView {
  return {
    provider: provider.id,
    providerName: provider.name,
    keyHint: provider.keyHint,
    lastFour: stored?.lastFour ?? null,
    updatedAt: stored?.updatedAt ?? null,
    serverKey,
  };
}

/** One row per provider that accepts own keys, with or without a key. Contains at most the last 4 characters of a key. */
export async function viewProviderKeys(deps: ApiDeps, userId: UserId): Promise<ProviderKeyView[]> {
  const [stored, server] = await Promise.all([listProviderKeys(deps.db, { userId }), serverProviders(deps)]);
  return PROVIDERS.map((provider) =>
    providerKeyView(
      provider,
      stored.find((key) => key.provider === provider.id),
      server.has(provider.id),
    ),
  );
}

/** Does not throw while the gateway is down, so that the settings page opens. Then no provider has a server key. */
async function serverProviders(deps: ApiDeps): Promise<ReadonlySet<string>> {
  const models = await deps.catalogue.list().catch((error: unknown) => {
    deps.log.warn({ err: error }, 'the catalogue is not available');
    return [];
  });
  return new Set(models.filter((model) => model.serverKey).map((model) => model.provider));
}

/** Sets or replaces a key, trimmed. Throws `invalid_input` with the expected shape, never with the text of the key. */
export async function setProviderKey(
  deps: ApiDeps,
  input: { userId: UserId; provider: ProviderId; key: string },
): Promise<ProviderKeyView> {
  const provider = PROVIDERS.find(({ id }) => id === input.provider);
  if (!provider) throw new AppError('not_found');
  const key = input.key.trim();
  if (key.length > KEY_CHARS_MAX || !provider.keyPattern.test(key)) {
    throw new AppError('invalid_input', `a key of ${provider.id} has the wrong shape`, {
      detail: `This does not look like a key of ${provider.name} (${provider.keyHint}).`,
    });
  }
  const owner = { userId: input.userId, provider: provider.id };
  const sealed = { ...sealSecret(deps.keyring, owner, key), lastFour: key.slice(-4) };
  const stored = await deps.db.transaction(async (tx) => {
    await insertAudit(tx, { actorId: input.userId, action: 'provider_key.set', subjectId: provider.id });
    return upsertProviderKey(tx, { ...owner, sealed });
  });
  return providerKeyView(provider, stored, (await serverProviders(deps)).has(provider.id));
}

/** Deletes a key if it exists. */
export async function removeProviderKey(
  deps: ApiDeps,
  owner: { userId: UserId; provider: ProviderId },
): Promise<void> {
  const { userId, provider } = owner;
  await deps.db.transaction(async (tx) => {
    if (await deleteProviderKey(tx, owner))
      await insertAudit(tx, { actorId: userId, action: 'provider_key.delete', subjectId: provider });
  });
}

/** The providers for which a person has a key. */
export async function ownProviders(deps: ApiDeps, userId: UserId): Promise<ReadonlySet<string>> {
  return new Set((await listProviderKeys(deps.db, { userId })).map((key) => key.provider));
}

/** The decrypted key, only for the claim of a run. Throws `model_needs_key` or `provider_auth`. */
export async function revealProviderKey(
  deps: ApiDeps,
  owner: { userId: UserId; provider: string },
): Promise<string> {
  const stored = await getProviderKey(deps.db, owner);
  if (!stored) throw new AppError('model_needs_key', `no key of ${owner.provider}`);
  try {
    return openSecret(deps.keyring, owner, stored);
  } catch (cause) {
    throw new AppError('provider_auth', `the stored key of ${owner.provider} does not decrypt`, {
      cause,
      detail: 'The stored key can no longer be read. Enter it again under Settings.',
    });
  }
}
