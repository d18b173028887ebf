import { createHash, randomBytes } from 'node:crypto';
import { newId, type ResponseId, type RunId, type SessionId, type UserId } from '@aideator/contract/ids';
import type { RevealPace, TurnMode } from '@aideator/contract/statuses';
import type { DbOrTx } from '../client.ts';
import type { SetPreferenceParams } from '../queries/preferences.ts';
import type { RecordedResult } from '../queries/results.ts';
import { markClaimed } from '../queries/runs.ts';
import { createSession } from '../queries/sessions.ts';
import { type CreateTurnInput, createTurn, type NewRun } from '../queries/turns.ts';
import { createUser } from '../queries/users.ts';
import type { Session } from '../schema/sessions.ts';
import type { Turn } from '../schema/turns.ts';
import type { User } from '../schema/users.ts';

/** SHA-256 in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A person with a new e-mail address. */
export async function makeUser(db: DbOrTx): Promise<User> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  return createUser(db, { email, name: 'Somebody', passwordHash: 'not a hash' });
}

export function newRun(): NewRun {
  return {
    id: newId('run'),
    tokenSha256: sha256(randomBytes(16).toString('hex')),
    reservedUsd: '0.01',
    ownKeyProvider: null,
    parameters: {},
  };
}

/** Input of `createTurn` with this many responses. */
export function turnInput(params: {
  userId: UserId;
  sessionId: SessionId;
  models?: number;
  mode?: TurnMode;
  idempotencyKey?: string;
  revealPace?: RevealPace;
}): CreateTurnInput {
  return {
    id: newId('turn'),
    sessionId: params.sessionId,
    userId: params.userId,
    mode: params.mode ?? 'compare',
    prompt: 'What is a comparison?',
    revealPace: params.revealPace,
    idempotencyKey: params.idempotencyKey ?? randomBytes(8).toString('hex'),
    responses: Array.from({ length: params.models ?? 2 }, (_, position) => ({
      id: newId('response'),
      position,
      modelId: `openai/model-${position}`,
      modelName: `Model ${position}`,
      provider: 'openai',
      run: { ...newRun(), attempt: 1 as const },
    })),
  };
}

/** One response of a created turn, with the values that its runner gets. */
export interface MadeResponse {
  responseId: ResponseId;
  runId: RunId;
  tokenSha256: string;
  nonceSha256: string;
}

export interface MadeTurn {
  user: User;
  session: Session;
  turn: Turn;
  responses: [MadeResponse, ...MadeResponse[]];
}

/** A person with a session that has one turn with unclaimed runs. */
export async function makeTurn(
  db: DbOrTx,
  options: { models?: number; revealPace?: RevealPace } = {},
): Promise<MadeTurn> {
  const user = await makeUser(db);
  const session = await createSession(db, { userId: user.id, title: 'New chat' });
  const input = turnInput({ userId: user.id, sessionId: session.id, ...options });
  const { turn } = await createTurn(db, input);
  const [first, ...others] = input.responses.map(({ id, run }) => ({
    responseId: id,
    runId: run.id,
    tokenSha256: run.tokenSha256,
    nonceSha256: sha256(`nonce of ${run.id}`),
  }));
  if (!first) throw new Error('a turn has at least one response');
  return { user, session, turn, responses: [first, ...others] };
}

/** Claims the first attempt's run as its runner does. */
export async function claim(db: DbOrTx, response: MadeResponse): Promise<void> {
  const claimed = await markClaimed(db, { ...response, attempt: 1, now: new Date() });
  if (claimed === 'refused') throw new Error('claim was refused');
}

/** A completed result with this text. */
export function completed(text: string): RecordedResult {
  return {
    outcome: { status: 'completed', finishReason: 'stop' },
    text,
    reasoning: '',
    textSha256: sha256(text),
    usage: {
      inputTokens: 10,
      outputTokens: 20,
      cachedInputTokens: 3,
      cacheWriteInputTokens: 2,
      estimated: false,
    },
    timings: { firstTokenMs: 120.4, firstTextMs: 210.6, totalMs: 480.6 },
    answeredBy: 'model-0-2026',
  };
}

/** A ballot of the turn's owner in which these positions form the tiers, best first. All responses were seen running. */
export function ballotOf(
  made: Pick<MadeTurn, 'user' | 'turn' | 'responses'>,
  tiers: number[][],
  more: Partial<SetPreferenceParams> & { worstPosition?: number } = {},
): SetPreferenceParams {
  const { worstPosition, ...changed } = more;
  const idAt = (position: number): ResponseId => {
    const response = made.responses[position];
    if (!response) throw new Error(`no response at ${position}`);
    return response.responseId;
  };
  return {
    turnId: made.turn.id,
    userId: made.user.id,
    preferenceId: newId('preference'),
    ballot: {
      tiers: tiers.map((tier) => tier.map(idAt)),
      worst: worstPosition === undefined ? null : idAt(worstPosition),
    },
    continueWith: null,
    reasons: [],
    worstReasons: [],
    feedback: null,
    circumstances: {
      panels: made.responses.map(({ responseId }) => ({ responseId, attempt: 1, status: 'running' })),
      widthClass: 'wide',
      metricsVisible: true,
      msSinceFirstAnswer: 1_200,
      decidedMsAgo: 0,
    },
    ...changed,
  };
}
