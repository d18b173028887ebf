import { createHash } from 'node:crypto';
import {
  type FillRandom,
  type Id,
  type IdKind,
  newId,
  type ResponseId,
  type SessionId,
  type TurnId,
  type UserId,
} from '@aideator/contract/ids';
import { eq } from 'drizzle-orm';
import type { Db, DbOrTx } from './client.ts';
import { setPreference } from './queries/preferences.ts';
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
  type SeedResponse,
  type SeedSession,
  type SeedTurn,
} from './seed-content.ts';

export const SEED_EMAIL = 'demo@example.com';

const START_MS = Date.UTC(2026, 0, 5, 9, 0, 0);
const MINUTE_MS = 60_000;
/** One rough value for all models; the demo's usage is marked as estimated. */
const CHARS_PER_TOKEN = 4;

/** A clock that is set by hand, and ids that are the same each time. */
interface SeedSource {
  now(): Date;
  advance(ms: number): void;
  id<K extends IdKind>(kind: K): Id<K>;
}

/**
 * Creates a demo account with sessions, comparisons and verdicts; the rows are the same each time. Returns false and does
 * nothing if the account exists. Without `passwordHash` the account has no password sign-in.
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
  params: { source: SeedSource; userId: UserId; session: SeedSession },
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
  params: { source: SeedSource; userId: UserId; sessionId: SessionId; number: number; turn: SeedTurn },
): Promise<void> {
  const { source, userId, sessionId, number, turn } = params;
  const turnId = source.id('turn');
  await tx.insert(turns).values({
    id: turnId,
    sessionId,
    userId,
    number,
    mode: turn.responses.length > 1 ? 'compare' : 'continue',
    prompt: turn.prompt,
    idempotencyKey: `seed-${turnId}`,
    createdAt: source.now(),
  });
  const rows = turn.responses.map((response, position) =>
    responseRow({ source, turn, turnId, response, position }),
  );
  await tx.insert(responses).values(rows);
  for (const row of rows) await seedRun(tx, { source, userId, row });
  await seedPreference(tx, { source, userId, turn, turnId, rows });
}

interface SeedPreferenceParams {
  source: SeedSource;
  userId: UserId;
  turn: SeedTurn;
  turnId: TurnId;
  rows: readonly ReturnType<typeof responseRow>[];
}

async function seedPreference(tx: DbOrTx, params: SeedPreferenceParams): Promise<void> {
  const { source, userId, turn, turnId, rows } = params;
  if (turn.verdict === undefined) return;
  const preferenceId = source.id('preference');
  await setPreference(tx, {
    preferenceId,
    turnId,
    userId,
    ballot: { tiers: seedTiers(turn.verdict, rows), worst: null },
    continueWith: null,
    reasons: [],
    worstReasons: [],
    feedback: turn.feedback ?? null,
    circumstances: {
      panels: rows.map(({ id, attempt, status }) => ({ responseId: id, attempt, status })),
      widthClass: 'wide',
      metricsVisible: true,
      msSinceFirstAnswer: MINUTE_MS,
      decidedMsAgo: 0,
    },
  });
  const decidedAt = new Date(source.now().getTime() + MINUTE_MS);
  await tx
    .update(preferences)
    .set({ createdAt: decidedAt, decidedAt })
    .where(eq(preferences.id, preferenceId));
}

function seedTiers(
  verdict: NonNullable<SeedTurn['verdict']>,
  rows: SeedPreferenceParams['rows'],
): ResponseId[][] {
  if (verdict === 'none') return [];
  const best = verdict === 'tie' ? rows.filter(({ text }) => text !== '') : rows.slice(verdict, verdict + 1);
  return [best.map(({ id }) => id)];
}

function responseRow(params: {
  source: SeedSource;
  turn: SeedTurn;
  turnId: TurnId;
  response: SeedResponse;
  position: number;
}) {
  const { source, turn, turnId, response, position } = params;
  const model = SEED_MODELS[response.model];
  const inputTokens = Math.ceil(turn.prompt.length / CHARS_PER_TOKEN);
  const outputTokens = Math.ceil(response.text.length / CHARS_PER_TOKEN);
  const microUsd = inputTokens * model.inputPrice + outputTokens * model.outputPrice;
  const finishedAt = new Date(source.now().getTime() + response.totalMs);
  return {
    id: source.id('response'),
    turnId,
    position,
    modelId: response.model,
    modelName: model.name,
    provider: model.provider,
    attempt: 1,
    status: response.errorCode ? ('failed' as const) : ('completed' as const),
    text: response.text,
    finishReason: response.errorCode ? null : (response.finishReason ?? ('stop' as const)),
    errorCode: response.errorCode ?? null,
    inputTokens,
    outputTokens,
    usageEstimated: true,
    costUsd: (microUsd / 1_000_000).toFixed(9),
    firstTokenMs: response.text === '' ? null : response.firstTokenMs,
    firstTextMs: response.text === '' ? null : response.firstTokenMs,
    totalMs: response.totalMs,
    textSha256: sha256(response.text),
    answeredBy: response.model,
    createdAt: source.now(),
    updatedAt: finishedAt,
  };
}

async function seedRun(
  tx: DbOrTx,
  params: { source: SeedSource; userId: UserId; row: ReturnType<typeof responseRow> },
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
