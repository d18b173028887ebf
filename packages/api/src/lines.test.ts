import type { BackendEvent } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { newId } from '@aideator/contract/ids';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { changedLines } from './testing/hand-driven-backend.ts';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { compare, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
}
afterEach(() => harness[Symbol.asyncDispose]());

const TEXT = 'one two three four five six seven eight nine ten '.repeat(2);
const isDelta = (event: BackendEvent): event is Extract<BackendEvent, { type: 'line' }> =>
  event.type === 'line' && event.line.includes('"type":"delta"');

/** Drops the second line with text. */
function withoutSecondDelta() {
  let deltas = 0;
  return (event: BackendEvent): BackendEvent[] => {
    if (isDelta(event)) deltas += 1;
    return isDelta(event) && deltas === 2 ? [] : [event];
  };
}

/** Watches a turn of one model and expects that viewers never see text that was not sent. */
async function watchGrowing() {
  harness.gateway.setScript('a', { text: TEXT, tokensPerSecond: 60 });
  const { turn } = await compare(ann, ['a']);
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states }) => expect(TEXT.startsWith(states[0]?.text ?? '')).toBe(true),
  });
  return { turn, viewer };
}

describe('lines of a run', () => {
  test('that arrive twice count once at any point of the stream', async () => {
    await start({ wrapBackend: (backend) => changedLines(backend, () => (event) => [event, event]) });
    const { viewer } = await watchGrowing();
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: TEXT });
  });

  test('of another run or attempt are ignored', async () => {
    const intrude = () => (event: BackendEvent) => {
      if (!isDelta(event)) return [event];
      const line = { ...JSON.parse(event.line), text: 'INTRUDER' };
      const intruders = [
        { ...line, runId: newId('run') },
        { ...line, attempt: 7 },
      ];
      return [...intruders.map((each) => ({ ...event, line: JSON.stringify(each) })), event];
    };
    await start({ wrapBackend: (backend) => changedLines(backend, intrude) });
    const { viewer } = await watchGrowing();
    expect(JSON.stringify(viewer.entries)).not.toContain('INTRUDER');
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: TEXT });
  });

  test('that are lost leave no gap: at the end the viewer gets the handed-over text', async () => {
    await start({ wrapBackend: (backend) => changedLines(backend, withoutSecondDelta) });
    harness.gateway.setScript('a', { text: TEXT, tokensPerSecond: 60 });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: TEXT });
    expect((await stored(ann, turn)).responses[0]?.text).toBe(TEXT);
  });
});

describe('a run whose hand-over is refused', () => {
  const callbackFault = (path: string) => (path.includes('run.complete') ? 409 : undefined);

  test('is recorded from its lines when they are complete', async () => {
    await start({ callbackFault });
    const { turn, viewer } = await watchGrowing();
    expect(viewer.state(0)).toMatchObject({
      status: 'completed',
      finishReason: 'stop',
      usage: { estimated: false },
    });
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'completed', text: TEXT });
  });

  test('is not recorded as completed when a line was lost', async () => {
    await start({
      callbackFault,
      wrapBackend: (backend) => changedLines(backend, withoutSecondDelta),
    });
    harness.gateway.setScript('a', { text: TEXT, tokensPerSecond: 60 });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'stream_broken' } });
    expect(viewer.state(0).text).not.toBe('');
    expect((await stored(ann, turn)).responses[0]?.text).toBe(viewer.state(0).text);
  });

  test('is recorded even if the database fails at first', async () => {
    await start({ callbackFault });
    const { db } = harness.deps;
    await db.execute(sql`create sequence tries`);
    await db.execute(sql`create function refuse() returns trigger language plpgsql as
      $$ begin perform nextval('tries'); raise exception 'disk full'; end $$`);
    await db.execute(
      sql`create trigger refuse before insert on usage for each row execute function refuse()`,
    );
    harness.gateway.setScript('a', { text: TEXT });
    const { turn } = await compare(ann, ['a']);
    await until('recording was tried', async () => {
      const tries = await db.execute(sql`select is_called from tries`);
      return tries.rows[0]?.is_called === true;
    });
    await db.execute(sql`drop trigger refuse on usage`);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: TEXT });
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'completed', text: TEXT });
  });
});

describe('a run that cannot be started', () => {
  test('fails alone with its reason; an unexpected error is logged without its message and not shown', async () => {
    const reasons: Record<string, Error> = {
      b: new AppError('run_start_failed', 'no room', { detail: 'no room for a process' }),
      c: Object.assign(new Error('connect to 10.0.0.7 failed'), { code: 'ECONNREFUSED' }),
    };
    await start({
      wrapBackend: (backend) => ({
        ...changedLines(backend, () => (event) => [event]),
        start: async (run) => {
          const reason = reasons[run.model];
          if (reason) throw reason;
          await backend.start(run);
        },
      }),
    });
    harness.gateway.setScript('a', { text: 'fine' });
    const { turn } = await compare(ann, ['a', 'b', 'c']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'fine' });
    expect(viewer.state(1)).toMatchObject({
      status: 'failed',
      error: { code: 'run_start_failed', detail: 'no room for a process' },
    });
    expect(viewer.state(2)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
    expect(JSON.stringify([viewer.entries, await stored(ann, turn)])).not.toContain('10.0.0.7');
    expect(harness.logged()).toContain('ECONNREFUSED');
    expect(harness.logged()).not.toContain('10.0.0.7');
  });
});
