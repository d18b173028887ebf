import { createHash } from 'node:crypto';
import { type FillRandom, type IdKind, newId } from '@aideator/contract/ids';
import { eq } from 'drizzle-orm';
import type { Db, DbOrTx } from './client.ts';
import { countUsers } from './queries/users.ts';
import { preferences } from './schema/preferences.ts';
import { responses } from './schema/responses.ts';
import { runs } from './schema/runs.ts';
import { sessions } from './schema/sessions.ts';
import { turns } from './schema/turns.ts';
import { usage } from './schema/usage.ts';
import { users } from './schema/users.ts';
import {
  SEED_MODELS,
  SEED_SESSIONS,
  type SeedAnswer,
  type SeedSession,
  type SeedTurn,
} from './seed-content.ts';

export const SEED_EMAIL = 'demo@example.com';

const START_MS = Date.UTC(2026, 0, 5, 9, 0, 0);
const MINUTE_MS = 60_000;
/** Rough, and the same for all: the demo's usage is marked as estimated. */
const CHARS_PER_TOKEN = 4;

/** A clock that stands until it is moved, and ids that come out the same each time. */
interface SeedSource {
  now(): Date;
  advance(ms: number): void;
  id(kind: IdKind): string;
}

/**
 * Fills the database with a demo account that has sessions, comparisons and verdicts; the same rows each time.
 * False, and nothing done, when the account is there already. Without `passwordHash` nobody can sign in to it by password.
 */
export async function seed(db: Db, options: { passwordHash?: string } = {}): Promise<boolean> {
  return db.transaction(async (tx) => {
    const source = createSource();
    const userId = source.id('user');
    const existing = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId));
    if (existing.length > 0) return false;
    await tx.insert(users).values({
      id: userId,
      email: SEED_EMAIL,
      name: 'Demo',
      passwordHash: options.passwordHash ?? null,
      role: (await countUsers(tx)) === 0 ? 'admin' : 'member',
      createdAt: source.now(),
      updatedAt: source.now(),
    });
    for (const session of SEED_SESSIONS) await seedSession(tx, { source, userId, session });
    return true;
  });
}

async function seedSession(
  tx: DbOrTx,
  params: { source: SeedSource; userId: string; session: SeedSession },
): Promise<void> {
  const { source, userId, session } = params;
  source.advance(90 * MINUTE_MS);
  const sessionId = source.id('session');
  const createdAt = source.now();
  const updatedAt = new Date(createdAt.getTime() + (session.turns.length - 1) * 5 * MINUTE_MS);
  await tx.insert(sessions).values({ id: sessionId, userId, title: session.title, createdAt, updatedAt });
  for (const [index, turn] of session.turns.entries()) {
    if (index > 0) source.advance(5 * MINUTE_MS);
    await seedTurn(tx, { source, userId, sessionId, number: index + 1, turn });
  }
}

async function seedTurn(
  tx: DbOrTx,
  params: { source: SeedSource; userId: string; sessionId: string; number: number; turn: SeedTurn },
): Promise<void> {
  const { source, userId, sessionId, number, turn } = params;
  const turnId = source.id('turn');
  await tx.insert(turns).values({
    id: turnId,
    sessionId,
    userId,
    number,
    mode: turn.answers.length > 1 ? 'compare' : 'continue',
    prompt: turn.prompt,
    idempotencyKey: `seed-${turnId}`,
    createdAt: source.now(),
  });
  const rows = turn.answers.map((answer, position) =>
    responseRow({ source, turn, turnId, answer, position }),
  );
  await tx.insert(responses).values(rows);
  for (const row of rows) await seedRun(tx, { source, userId, row });
  if (turn.verdict === undefined) return;
  const preferred = typeof turn.verdict === 'number' ? rows[turn.verdict] : undefined;
  await tx.insert(preferences).values({
    id: source.id('preference'),
    turnId,
    userId,
    verdict: typeof turn.verdict === 'number' ? 'response' : turn.verdict,
    responseId: preferred?.id ?? null,
    feedback: turn.feedback ?? null,
    createdAt: new Date(source.now().getTime() + MINUTE_MS),
  });
}

function responseRow(params: {
  source: SeedSource;
  turn: SeedTurn;
  turnId: string;
  answer: SeedAnswer;
  position: number;
}) {
  const { source, turn, turnId, answer, position } = params;
  const model = SEED_MODELS[answer.model];
  const inputTokens = Math.ceil(turn.prompt.length / CHARS_PER_TOKEN);
  const outputTokens = Math.ceil(answer.text.length / CHARS_PER_TOKEN);
  const microUsd = inputTokens * model.inputPrice + outputTokens * model.outputPrice;
  const finishedAt = new Date(source.now().getTime() + answer.totalMs);
  return {
    id: source.id('response'),
    turnId,
    position,
    modelId: answer.model,
    modelName: model.name,
    provider: model.provider,
    attempt: 1,
    status: answer.errorCode ? ('failed' as const) : ('completed' as const),
    text: answer.text,
    finishReason: answer.errorCode ? null : (answer.finishReason ?? ('stop' as const)),
    errorCode: answer.errorCode ?? null,
    inputTokens,
    outputTokens,
    usageEstimated: true,
    costUsd: (microUsd / 1_000_000).toFixed(9),
    firstTokenMs: answer.text === '' ? null : answer.firstTokenMs,
    totalMs: answer.totalMs,
    textSha256: sha256(answer.text),
    answeredBy: answer.model,
    createdAt: source.now(),
    updatedAt: finishedAt,
  };
}

async function seedRun(
  tx: DbOrTx,
  params: { source: SeedSource; userId: string; row: ReturnType<typeof responseRow> },
): Promise<void> {
  const { source, userId, row } = params;
  const runId = source.id('run');
  await tx.insert(runs).values({
    id: runId,
    responseId: row.id,
    attempt: row.attempt,
    status: row.status,
    tokenSha256: sha256(`token of ${runId}`),
    nonceSha256: sha256(`nonce of ${runId}`),
    claimedAt: row.createdAt,
    finishedAt: row.updatedAt,
    reservedUsd: row.costUsd,
    parameters: {},
    createdAt: row.createdAt,
  });
  await tx.insert(usage).values({
    id: source.id('usage'),
    userId,
    runId,
    modelId: row.modelId,
    provider: row.provider,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    reasoningTokens: 0,
    cachedInputTokens: 0,
    estimated: true,
    costUsd: row.costUsd,
    ownKey: false,
    createdAt: row.updatedAt,
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function createSource(): SeedSource {
  let nowMs = START_MS;
  let drawn = 0;
  const fillRandom: FillRandom = (bytes) => {
    drawn += 1;
    bytes.set(createHash('sha256').update(`aideator seed ${drawn}`).digest().subarray(0, bytes.length));
    return bytes;
  };
  return {
    now: () => new Date(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
    id: (kind) => newId(kind, nowMs, fillRandom),
  };
}
