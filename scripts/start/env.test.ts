import { describe, expect, it } from 'vitest';
import { readSettings } from './env.ts';

describe('settings', () => {
  it('have defaults for everything', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
    });
  });

  it('that are invalid are reported together', () => {
    const env = { PORT: 'many', DATABASE_URL: 'mysql://host/db' };
    expect(() => readSettings(env)).toThrow(/PORT: .*\n.*DATABASE_URL: /);
  });
});
