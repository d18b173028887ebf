import { describe, expect, it } from 'vitest';
import { createRunKeys, signRunToken } from './run-keys.ts';

const grant = { runId: 'run_1', model: 'openai/gpt-4o', lifetimeSeconds: 300 };
const tokenSecret = 's'.repeat(32);

describe('the key of a run', () => {
  it('is a token if possible, else a restricted key, else the web app’s own key', () => {
    const all = { tokenSecret, runnerApiKey: 'sk-restricted', apiKey: 'sk-master' };
    const { kind, keyFor } = createRunKeys(all);
    expect(kind).toBe('token');
    expect(keyFor(grant)).toMatch(/^sk-run-[\w-]+$/);
    expect(createRunKeys({ ...all, tokenSecret: undefined }).keyFor(grant)).toBe('sk-restricted');
    const last = createRunKeys({ apiKey: 'sk-master' });
    expect([last.kind, last.keyFor(grant)]).toEqual(['master', 'sk-master']);
    const none = createRunKeys({});
    expect([none.kind, none.keyFor(grant)]).toEqual(['none', undefined]);
  });

  it('names the run, its model and its expiry, which allows for two minutes of clock skew', () => {
    const token = signRunToken(tokenSecret, grant, 1_000.2);
    const payload = Buffer.from(token.slice('sk-run-'.length, -43), 'base64url').toString('utf8');
    expect(JSON.parse(payload)).toEqual({ exp: 1_421, model: 'openai/gpt-4o', run: 'run_1' });
  });

  it('differs between runs and between models', () => {
    const tokens = [grant, { ...grant, runId: 'run_2' }, { ...grant, model: 'own-key/openai/gpt-4o' }].map(
      (each) => signRunToken(tokenSecret, each, 1_000),
    );
    expect(new Set(tokens.map((token) => token.slice(-43))).size).toBe(3);
  });
});
