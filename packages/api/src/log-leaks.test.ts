import { randomBytes } from 'node:crypto';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import { createDatabase } from '@aideator/db/client';
import { createUser } from '@aideator/db/queries/users';
import { responses } from '@aideator/db/schema/responses';
import { sessions } from '@aideator/db/schema/sessions';
import { turns } from '@aideator/db/schema/turns';
import {
  type BrokenDatabase,
  withBrokenConstraints,
  withCutConnections,
  withLockedTables,
  withoutColumns,
} from '@aideator/db/testing/broken-databases';
import { cloneDatabase } from '@aideator/db/testing/database';
import { makeTurn, sha256 } from '@aideator/db/testing/factory';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appRouter } from './root.ts';
import { runnerRouter } from './runner-root.ts';
import { startSweeper } from './services/collection/sweep-turns.ts';
import { apiServer, listen, PERSON_HEADER } from './testing/api-server.ts';
import { CANARY, canaryInput, type KnownValues } from './testing/canary-input.ts';
import { HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { memoryLog } from './testing/memory-log.ts';
import { makeDeps, scriptedModel } from './testing/test-deps.ts';
import { until } from './testing/turns.ts';

interface Procedure {
  path: string;
  type: string;
  inputs: readonly unknown[];
}

/** Every procedure of both routers, so that new ones are covered automatically. */
const PROCEDURES: Procedure[] = [
  { router: appRouter, prefix: '/trpc' },
  { router: runnerRouter, prefix: '/runner' },
].flatMap(({ router, prefix }) =>
  Object.entries(router._def.procedures as unknown as Record<string, { _def: ProcedureDef }>).map(
    ([name, { _def }]) => ({ path: `${prefix}/${name}`, type: _def.type, inputs: _def.inputs }),
  ),
);
type ProcedureDef = Omit<Procedure, 'path'>;

interface WayToFail {
  breakIt: (url: string) => Promise<BrokenDatabase>;
  /** The expected log. */
  logs: RegExp;
  /** Procedures that do not fail in this way. */
  except: string[];
}

const WAYS_TO_FAIL: Record<string, WayToFail> = {
  // Health reports a failing database instead of failing. The status of accounts counts rows and names no column.
  'names no column that is there': {
    breakIt: withoutColumns,
    logs: /"code":"42703"/,
    except: ['/trpc/health', '/trpc/account.status'],
  },
  'waits for a lock until its time is up': {
    breakIt: withLockedTables,
    logs: /"code":"57014"/,
    except: ['/trpc/health'],
  },
  'loses its connection': {
    breakIt: withCutConnections,
    logs: /Connection terminated unexpectedly/,
    except: ['/trpc/health'],
  },
};
/** Reads do not fail in this way, and some writes have nothing to write. */
const BROKEN_CONSTRAINTS: WayToFail = {
  breakIt: withBrokenConstraints,
  logs: /"code":"23505",.*"constraint":"made_up_key"/,
  except: [],
};

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

describe.each(Object.entries(WAYS_TO_FAIL))('while every statement of the database %s', (_, way) => {
  test('no value of an input, a header or a row is logged or returned, whichever procedure fails', async () => {
    const { call, logged, failures } = await startBroken(way);
    for (const procedure of PROCEDURES) await call(procedure);
    expect(logged()).not.toContain(CANARY);
    expect(logged()).toMatch(way.logs);
    const all = PROCEDURES.map(({ path }) => path);
    expect(failures).toEqual(all.filter((path) => !way.except.includes(path)));
  });

  test('nothing is logged by the sweeper either', async () => {
    const { deps, logged } = await startBroken(way);
    const sweeper = startSweeper(deps);
    await until('a sweep failed', () => logged().includes('"err"'));
    await sweeper.close();
    expect(logged()).not.toContain(CANARY);
  });
});

test('no value is logged or returned while every write violates a constraint', async () => {
  const { call, logged, failures } = await startBroken(BROKEN_CONSTRAINTS);
  for (const procedure of PROCEDURES) await call(procedure);
  expect(logged()).not.toContain(CANARY);
  expect(logged()).toMatch(BROKEN_CONSTRAINTS.logs);
  expect(failures).toEqual(
    expect.arrayContaining(['/trpc/turn.submit', '/trpc/response.retry', '/trpc/account.signUp']),
  );
});

/** An API server on a database with canaries in its rows, broken after they were stored. */
async function startBroken({ breakIt }: WayToFail) {
  const database = stack.use(await cloneDatabase());
  const { known, userId } = await storeCanaries(database.db);
  const broken = stack.use(await breakIt(database.url));
  const { db, close } = createDatabase(broken.url, { statementTimeoutMs: 150 });
  stack.defer(close);
  const { log, text } = memoryLog();
  const backend = new HandDrivenBackend();
  stack.defer(() => backend.close());
  const deps = makeDeps({
    db,
    backend,
    log,
    catalogue: { list: async () => [scriptedModel('openai/model-0')] },
    gateway: { baseUrl: 'http://127.0.0.1:1', keyFor: () => 'sk-gateway-master' },
  });
  const server = apiServer(() => deps);
  const url = await listen(server);
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const failures: string[] = [];
  const call = async (procedure: Procedure): Promise<void> => {
    const answer = await send(url, procedure, { known, userId });
    const isFine = answer.status === 200 && !answer.body.includes('event: serialized-error');
    if (!isFine) {
      failures.push(procedure.path);
      expect(answer.body, procedure.path).not.toContain(CANARY);
      expect(answer.body, procedure.path).toContain('appCode');
    }
  };
  return { deps, call, logged: text, failures };
}

async function storeCanaries(db: Awaited<ReturnType<typeof cloneDatabase>>['db']) {
  const made = await makeTurn(db, { models: 1 });
  const [{ responseId, runId }] = made.responses;
  await createUser(db, { email: `${CANARY}@example.com`, name: CANARY, passwordHash: CANARY });
  await db.update(sessions).set({ title: CANARY }).where(eq(sessions.id, made.session.id));
  await db.update(turns).set({ prompt: CANARY }).where(eq(turns.id, made.turn.id));
  await db.update(responses).set({ text: CANARY, status: 'completed' }).where(eq(responses.id, responseId));
  const text = `${CANARY} text`;
  const known: KnownValues = {
    v: PROTOCOL_VERSION,
    sessionId: made.session.id,
    turnId: made.turn.id,
    responseId,
    runId,
    cursor: undefined,
    modelIds: ['openai/model-0'],
    modelId: 'openai/model-0',
    key: `sk-${CANARY}${randomBytes(20).toString('hex')}`,
    text,
    textSha256: sha256(text),
  };
  return { known, userId: made.user.id };
}

async function send(
  url: string,
  { path, type, inputs }: Procedure,
  who: { known: KnownValues; userId: string },
): Promise<{ status: number; body: string }> {
  const input = canaryInput(inputs, who.known);
  const wire = JSON.stringify(path.startsWith('/trpc') ? { json: input } : input);
  const headers: Record<string, string> = {
    [PERSON_HEADER]: who.userId,
    cookie: `session=${CANARY}`,
    authorization: `Bearer ${CANARY}`,
    'user-agent': CANARY,
  };
  const query = input === undefined ? '' : `?input=${encodeURIComponent(wire)}`;
  const response =
    type === 'mutation'
      ? await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: wire,
        })
      : await fetch(`${url}${path}${query}`, { headers });
  return { status: response.status, body: await response.text() };
}
