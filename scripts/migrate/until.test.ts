import { describe, expect, it } from 'vitest';
import { until } from './until.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const isNotYet = (error: unknown): boolean => error instanceof Error && 'code' in error;

describe('waiting for the database', () => {
  it('tries until it succeeds, and prints each reason once', async () => {
    const said: string[] = [];
    const results = [refused, refused, () => false, () => true];
    const isDone = async (): Promise<boolean> => {
      const result = results.shift()?.() ?? true;
      if (result instanceof Error) throw result;
      return result;
    };
    await until(isDone, { seconds: 30, isNotYet, say: (line) => said.push(line) });
    expect(said).toEqual([
      'Waiting for the database: it does not respond yet (connect ECONNREFUSED)',
      'Waiting for the database: its schema is missing or older',
    ]);
  });

  it('fails with the reason when the time is up', async () => {
    const waiting = until(() => Promise.reject(refused()), { seconds: 0, isNotYet, say: () => {} });
    await expect(waiting).rejects.toThrow('it does not respond yet (connect ECONNREFUSED), after 0 s');
  });

  it('does not wait after an error that will not go away', async () => {
    const isDone = () => Promise.reject(new Error('password authentication failed'));
    await expect(until(isDone, { seconds: 60, isNotYet, say: () => {} })).rejects.toThrow(/authentication/);
  });
});
