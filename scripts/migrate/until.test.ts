import { describe, expect, it } from 'vitest';
import { until } from './until.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const isNotYet = (error: unknown): boolean => error instanceof Error && 'code' in error;

describe('waiting for the database', () => {
  it('goes on until it is there, and says each reason once', async () => {
    const said: string[] = [];
    const answers = [refused, refused, () => false, () => true];
    const attempt = async (): Promise<boolean> => {
      const answer = answers.shift()?.() ?? true;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    await until(attempt, { seconds: 30, isNotYet, say: (line) => said.push(line) });
    expect(said).toEqual([
      'Waiting for the database: it does not answer yet (connect ECONNREFUSED)',
      'Waiting for the database: its schema is not there yet',
    ]);
  });

  it('ends with the reason when its time is up', async () => {
    const waiting = until(() => Promise.reject(refused()), { seconds: 0, isNotYet, say: () => {} });
    await expect(waiting).rejects.toThrow('it does not answer yet (connect ECONNREFUSED), after 0 s');
  });

  it('does not wait for what time does not cure', async () => {
    const attempt = () => Promise.reject(new Error('password authentication failed'));
    await expect(until(attempt, { seconds: 60, isNotYet, say: () => {} })).rejects.toThrow(/authentication/);
  });
});
