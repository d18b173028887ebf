import { CALLS_PER_BATCH_MAX } from '@aideator/contract/limits';
import { afterEach, expect, it, vi } from 'vitest';
import { makeTrpcClient } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

it('splits many concurrent calls into batches that the server accepts', async () => {
  const sizes: number[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    const calls = new URL(url, 'http://localhost').pathname.split('/').at(-1)?.split(',') ?? [];
    sizes.push(calls.length);
    return Response.json(calls.map(() => ({ result: { data: { json: null } } })));
  });
  const client = makeTrpcClient();
  await Promise.all(
    Array.from({ length: CALLS_PER_BATCH_MAX * 2 + 1 }, () => client.session.create.mutate({})),
  );
  expect(sizes).toEqual([CALLS_PER_BATCH_MAX, CALLS_PER_BATCH_MAX, 1]);
});
