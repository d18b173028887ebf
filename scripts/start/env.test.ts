import { describe, expect, it } from 'vitest';
import { readSettings } from './env.ts';

describe('settings', () => {
  it('need nothing to be set', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      callbackUrl: 'http://127.0.0.1:3000/api/runner',
    });
  });

  it('call back to an address that can be reached when the app listens on all of them', () => {
    expect(readSettings({ HOST: '0.0.0.0', PORT: '81' }).callbackUrl).toBe('http://127.0.0.1:81/api/runner');
    expect(readSettings({ HOST: '::' }).callbackUrl).toBe('http://[::1]:3000/api/runner');
    expect(readSettings({ HOST: '10.0.0.7' }).callbackUrl).toBe('http://10.0.0.7:3000/api/runner');
  });

  it('that are wrong are named together', () => {
    const env = { PORT: 'many', DATABASE_URL: 'mysql://host/db' };
    expect(() => readSettings(env)).toThrow(/PORT: .*\n.*DATABASE_URL: /);
  });
});
