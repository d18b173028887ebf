import { randomBytes } from 'node:crypto';
import { fetchCatalogue } from '@aideator/gateway/catalogue';
import { gatewayConfigText } from '@aideator/gateway/config';
import { type Litellm, startLitellm } from '@aideator/gateway/litellm';
import { createRunKeys } from '@aideator/gateway/run-keys';
import { installedGatewayHome } from '@aideator/gateway/testing/gateway-home';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { compare, stored, watch } from './testing/turns.ts';

/** What a provider receives from two people with keys, through the whole program and the real LiteLLM. */
const KEY = { ann: 'sk-canary-ann-0123456789abcdef', bob: 'sk-canary-bob-fedcba9876543210' };
const MODEL = 'own-key/openai/gpt-4o-mini';
const OTHER_MODEL = 'own-key/groq/openai/gpt-oss-20b';
const tokenSecret = randomBytes(32).toString('base64url');
const masterKey = `sk-${randomBytes(16).toString('hex')}`;
const litellmLog: string[] = [];

let provider: ScriptedGateway;
let litellm: Litellm;
let harness: Harness;

beforeAll(async () => {
  provider = await startScriptedGateway({ fallback: { text: 'an answer', tokensPerSecond: 50 } });
  const base = `${provider.baseUrl}/v1`;
  litellm = await startLitellm({
    dir: await installedGatewayHome(),
    config: gatewayConfigText({ serverKeys: [], apiBases: { openai: base, groq: base } }),
    masterKey,
    tokenSecret,
    env: process.env,
    signal: AbortSignal.timeout(180_000),
    log: (line) => litellmLog.push(line),
  });
  const { baseUrl } = litellm;
  const models = await fetchCatalogue({ baseUrl, apiKey: masterKey, signal: AbortSignal.timeout(60_000) });
  const { keyFor } = createRunKeys({ tokenSecret });
  harness = await startHarness({ gateway: { baseUrl, keyFor, catalogue: { list: async () => models } } });
}, 600_000);

afterAll(async () => {
  await harness?.[Symbol.asyncDispose]();
  await litellm?.close();
  await provider?.close();
});

async function memberWithKeys(key?: string): Promise<Member> {
  const member = await harness.member();
  if (key === undefined) return member;
  for (const id of ['openai', 'groq'] as const) {
    await member.call.providerKey.set({
      provider: id,
      key: id === 'groq' ? key.replace('sk-', 'gsk_').replaceAll('-', '_') : key,
    });
  }
  return member;
}

const bearerOf = (name: keyof typeof KEY) =>
  [KEY[name], KEY[name].replace('sk-', 'gsk_').replaceAll('-', '_')].map((key) => `Bearer ${key}`);

describe('own keys', () => {
  test('of two people are only sent with calls of their owner, and a person without a key is refused before any call', async () => {
    const ann = await memberWithKeys(KEY.ann);
    const bob = await memberWithKeys(KEY.bob);
    const eve = await memberWithKeys();
    const turns: { member: Member; turn: Awaited<ReturnType<typeof compare>>['turn'] }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [one, two, refused] = await Promise.allSettled([
        compare(ann, [MODEL, OTHER_MODEL], { prompt: `ann asks ${round}` }),
        compare(bob, [MODEL, OTHER_MODEL], { prompt: `bob asks ${round}` }),
        compare(eve, [MODEL], { prompt: `eve asks ${round}` }),
      ]);
      expect(refused).toMatchObject({ status: 'rejected', reason: { cause: { code: 'model_needs_key' } } });
      if (one.status !== 'fulfilled' || two.status !== 'fulfilled') throw new Error('a submit failed');
      turns.push({ member: ann, turn: one.value.turn }, { member: bob, turn: two.value.turn });
    }
    const viewers = await Promise.all(
      turns.map(({ member, turn }) => watch(harness, member, { turnId: turn.id })),
    );
    for (const viewer of viewers) {
      expect(viewer.states.map(({ status, text }) => `${status}: ${text}`)).toEqual(
        Array(2).fill('completed: an answer'),
      );
    }
    expect(provider.requests).toHaveLength(12);
    for (const request of provider.requests) {
      const prompt = JSON.stringify(request.body.messages);
      const owner = prompt.includes('ann asks') ? 'ann' : 'bob';
      expect(bearerOf(owner)).toContain(request.authorization);
      expect(prompt).not.toContain('eve asks');
    }
    const seen = JSON.stringify([
      viewers.map(({ entries }) => entries),
      await Promise.all(turns.map(({ member, turn }) => stored(member, turn))),
      await ann.call.providerKey.list(),
      harness.logged(),
      litellmLog,
    ]);
    expect(seen).not.toContain('canary');
    expect(await databaseDump()).not.toContain('canary');
  });

  test('that a provider echoes in an error are redacted before they are stored or shown', async () => {
    const ann = await memberWithKeys(KEY.ann);
    provider.setScript('gpt-4o-mini', { error: { status: 401 } });
    const { turn } = await compare(ann, [MODEL]);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'provider_auth' } });
    expect(JSON.stringify([viewer.entries, await stored(ann, turn), harness.logged()])).not.toContain(
      'canary',
    );
    expect(await databaseDump()).not.toContain('canary');
    provider.setScript('gpt-4o-mini', { text: 'an answer' });
  });

  test('are trimmed, checked for shape, shown as their last 4 characters, and gone after deletion', async () => {
    const ann = await harness.member();
    const shown = await ann.call.providerKey.set({ provider: 'openai', key: `  ${KEY.ann}\n` });
    expect(shown.lastFour).toBe('cdef');
    for (const key of [
      'short',
      'sk-with a space in it 1234567890',
      `sk-${'x'.repeat(600)}`,
      'gsk_0123456789abcdef0123',
    ]) {
      await expect(ann.call.providerKey.set({ provider: 'openai', key })).rejects.toMatchObject({
        cause: { code: 'invalid_input' },
      });
    }
    const usable = async () => (await ann.call.model.list()).models.find(({ id }) => id === MODEL)?.key;
    expect(await usable()).toBe('own');
    await ann.call.providerKey.delete({ provider: 'openai' });
    expect(await usable()).toBe('needed');
    await expect(compare(ann, [MODEL])).rejects.toMatchObject({ cause: { code: 'model_needs_key' } });
  });

  test('that are moved to another person in the table do not decrypt: the run fails and sends nothing', async () => {
    const ann = await memberWithKeys(KEY.ann);
    const eve = await harness.member();
    await harness.deps.db.execute(
      sql`update provider_keys set user_id = ${eve.person.id} where user_id = ${ann.person.id} and provider = 'openai'`,
    );
    const before = provider.requests.length;
    const { turn } = await compare(eve, [MODEL]);
    const viewer = await watch(harness, eve, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'provider_auth' } });
    expect(provider.requests).toHaveLength(before);
  });
});

/** Every row of every table as text; bytes both as hex and decoded. */
async function databaseDump(): Promise<string> {
  const tables = await harness.deps.db.execute(
    sql`select tablename from pg_tables where schemaname = 'public'`,
  );
  const parts = await Promise.all(
    tables.rows.map(async ({ tablename }) => {
      const result = await harness.deps.db.execute(sql`select * from ${sql.identifier(String(tablename))}`);
      return JSON.stringify(result.rows, (_, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
      );
    }),
  );
  return parts.join('\n');
}
