import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { memoryLog } from '../testing/memory-log.ts';
import { keepLease, type TurnLease } from './lease.ts';

type Renewal = () => Promise<boolean>;

/** Keeps a lease whose renewals have these outcomes. Resolves when the lease is no longer kept. */
async function keep(renewals: Renewal[], options: { stop?: AbortController } = {}) {
  const { stop = new AbortController() } = options;
  const seen = { renewed: 0, lost: 0, left: renewals };
  const { log, text } = memoryLog();
  const lease: TurnLease = {
    renew: async () => {
      const next = renewals.shift();
      if (next) return next();
      stop.abort();
      return true;
    },
    release: async () => undefined,
    drain: async () => undefined,
  };
  await keepLease(lease, {
    renewSeconds: 0.001,
    signal: stop.signal,
    log,
    onRenewed: async () => {
      seen.renewed += 1;
    },
    onLost: () => {
      seen.lost += 1;
    },
  });
  return { ...seen, logged: text() };
}

const kept: Renewal = async () => true;
const lost: Renewal = async () => false;
const failed: Renewal = () => Promise.reject(new Error('the database is down'));

test('each renewal is reported, so that the feed stays alive', async () => {
  const { renewed, lost: losses } = await keep([kept, kept]);
  expect(renewed).toBeGreaterThanOrEqual(2);
  expect(losses).toBe(0);
});

test('a lost lease is reported once and not renewed again', async () => {
  const seen = await keep([kept, lost, kept]);
  expect(seen).toMatchObject({ renewed: 1, lost: 1 });
  expect(seen.left).toHaveLength(1);
});

test('a failed renewal is logged and tried again: no other process can adopt the turn without the database', async () => {
  const seen = await keep([failed, failed, kept]);
  expect(seen.lost).toBe(0);
  expect(seen.renewed).toBeGreaterThanOrEqual(1);
  expect(seen.logged.match(/a lease was not renewed/g)).toHaveLength(2);
});

test('a renewal that is in progress when the turn ends reports no loss', async () => {
  const stop = new AbortController();
  const released: Renewal = async () => {
    stop.abort();
    await delay(1);
    return false;
  };
  expect(await keep([released], { stop })).toMatchObject({ lost: 0 });
});
