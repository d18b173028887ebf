import { DrizzleQueryError } from 'drizzle-orm/errors';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { createLog } from './log.ts';
import { guardConsole } from './safe-console.ts';

const CANARY = 'canary@example.com';

let create: typeof createLog;
beforeAll(async () => {
  const settings = {
    DATABASE_URL: 'postgres://127.0.0.1:9/none',
    AUTH_SECRET: 's'.repeat(32),
    NEXTAUTH_URL: 'http://localhost:3000',
    ENCRYPTION_KEYS: '1:none',
    LITELLM_BASE_URL: 'http://127.0.0.1:9',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  create = (await import('./log.ts')).createLog;
});

/** The error of a failed query, as the driver throws it. */
const queryError = (): Error =>
  new DrizzleQueryError(
    'insert into users values ($1)',
    [CANARY],
    Object.assign(new Error(`duplicate ${CANARY}`), { code: '23505', detail: `(email)=(${CANARY})` }),
  );

function lines() {
  const written: string[] = [];
  return { log: create({ write: (line) => written.push(line) }), text: () => written.join('') };
}

describe('the log', () => {
  test.each([
    ['as err', (error: Error) => ({ err: error })],
    ['under any other name', (error: Error) => ({ reason: { first: [error] } })],
  ])('keeps the code of an error %s and none of its values', (_, factsOf) => {
    const { log, text } = lines();
    log.error(factsOf(queryError()), 'a call failed');
    expect(text()).toContain('"code":"23505"');
    expect(text()).toContain('"msg":"a call failed"');
    expect(text()).not.toContain(CANARY);
  });

  test('never shows fields named like secrets', () => {
    const { log, text } = lines();
    log.warn({ request: { headers: { cookie: CANARY, authorization: CANARY } }, apiKey: CANARY }, 'x');
    expect(text()).not.toContain(CANARY);
  });
});

describe('the console', () => {
  function guarded() {
    const printed: unknown[][] = [];
    const print = (...args: unknown[]): void => void printed.push(args);
    const target = { error: print, warn: print, log: print, info: print, debug: print };
    const { log, text } = lines();
    guardConsole(target, log);
    return { target, printed, text };
  }

  test.each(['error', 'warn', 'log', 'info', 'debug'] as const)('%s sends errors to the log', (method) => {
    const { target, printed, text } = guarded();
    target[method]('⨯', queryError());
    expect(printed).toEqual([]);
    expect(text()).toContain('"code":"23505"');
    expect(text()).not.toContain(CANARY);
  });

  test('prints texts unchanged', () => {
    const { target, printed, text } = guarded();
    target.log('ready on %s', 'http://localhost:3000');
    expect(printed).toEqual([['ready on %s', 'http://localhost:3000']]);
    expect(text()).toBe('');
  });
});
