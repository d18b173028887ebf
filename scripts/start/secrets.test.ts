import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecrets } from './secrets.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'aideator-secrets-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('secrets', () => {
  it('are generated once and readable by their owner alone', async () => {
    const first = await loadSecrets(home);
    expect(await loadSecrets(home)).toEqual(first);
    expect((await stat(join(home, 'secrets.json'))).mode & 0o777).toBe(0o600);
    const [version, key = ''] = first.encryptionKeys.split(':');
    expect([version, Buffer.from(key, 'base64').length]).toEqual(['1', 32]);
  });

  it('of an earlier version keep their values and get the new ones once', async () => {
    const { gatewayTokenSecret: _, ...earlier } = await loadSecrets(home);
    await writeFile(join(home, 'secrets.json'), JSON.stringify(earlier));
    const now = await loadSecrets(home);
    expect(now).toMatchObject(earlier);
    expect(now.gatewayTokenSecret.length).toBeGreaterThanOrEqual(32);
    expect(await loadSecrets(home)).toEqual(now);
  });

  it('in a damaged file are refused and left unchanged, because stored keys depend on them', async () => {
    const file = join(home, 'secrets.json');
    await writeFile(file, '{"authSecret": "');
    await expect(loadSecrets(home)).rejects.toThrow(/damaged/);
    expect(await readFile(file, 'utf8')).toBe('{"authSecret": "');
  });
});
