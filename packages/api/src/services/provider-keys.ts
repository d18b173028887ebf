import { AppError } from '@aideator/contract/errors';
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
import { openSecret, sealSecret } from '../crypto/envelope.ts';
import type { ApiDeps } from '../deps.ts';

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

/** One row per provider that takes own keys, with or without one. Shows of a key its last 4 characters, nothing more. */
export async function viewProviderKeys(deps: ApiDeps, userId: string): Promise<ProviderKeyView[]> {
  const [stored, server] = await Promise.all([listProviderKeys(deps.db, { userId }), serverProviders(deps)]);
  return PROVIDERS.map((provider) =>
    providerKeyView(
      provider,
      stored.find((key) => key.provider === provider.id),
      server.has(provider.id),
    ),
  );
}

/** Settings must open while the gateway is away; then no provider is shown as the server's. */
async function serverProviders(deps: ApiDeps): Promise<ReadonlySet<string>> {
  const models = await deps.catalogue.list().catch((error: unknown) => {
    deps.log.warn({ err: error }, 'the catalogue is not available');
    return [];
  });
  return new Set(models.filter((model) => model.serverKey).map((model) => model.provider));
}

/** Sets or replaces a key, trimmed. Throws `invalid_input` with the expected shape; the text of the key is in no error. */
export async function setProviderKey(
  deps: ApiDeps,
  input: { userId: string; provider: ProviderId; key: string },
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
  const stored = await upsertProviderKey(deps.db, { ...owner, sealed });
  await insertAudit(deps.db, { actorId: input.userId, action: 'provider_key.set', subjectId: provider.id });
  return providerKeyView(provider, stored, (await serverProviders(deps)).has(provider.id));
}

/** Deletes a key; deleting one that is not there is no error. */
export async function removeProviderKey(
  deps: ApiDeps,
  owner: { userId: string; provider: ProviderId },
): Promise<void> {
  if (await deleteProviderKey(deps.db, owner)) {
    await insertAudit(deps.db, {
      actorId: owner.userId,
      action: 'provider_key.delete',
      subjectId: owner.provider,
    });
  }
}

/** The providers that a person has keys of. */
export async function ownProviders(deps: ApiDeps, userId: string): Promise<ReadonlySet<string>> {
  return new Set((await listProviderKeys(deps.db, { userId })).map((key) => key.provider));
}

/** The key in the clear, for the claim of a run and nothing else. Throws `model_needs_key` or `provider_auth`. */
export async function revealProviderKey(
  deps: ApiDeps,
  owner: { userId: string; provider: string },
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
