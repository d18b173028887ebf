import type { RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { newId } from '@aideator/contract/ids';
import type { CatalogueModel } from '@aideator/contract/models';
import type { TurnMode } from '@aideator/contract/statuses';
import type { SessionView, TurnView } from '@aideator/contract/views';
import type { DbOrTx } from '@aideator/db/client';
import { hasOtherActiveTurn } from '@aideator/db/queries/active-turns';
import { type HistoryTurn, listHistory } from '@aideator/db/queries/history';
import { createSession, getSession } from '@aideator/db/queries/sessions';
import { type CreateTurnInput, createTurn, getTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { collectRuns } from './collect-runs.ts';
import { chosenResponse, historyForModel } from './history.ts';
import { buildMessages } from './messages.ts';
import { chooseModels, modelsFor } from './models.ts';
import { newRun } from './new-run.ts';
import { ownProviders } from './provider-keys.ts';
import { checkModelIds, checkPrompt } from './submit-input.ts';
import { titleFromPrompt } from './title.ts';
import { sessionView, turnView } from './views.ts';

export interface SubmitInput {
  userId: string;
  /** Absent: a new session, named after the prompt. */
  sessionId?: string | undefined;
  prompt: string;
  /** For `compare`; `continue` goes on with the chosen model whatever stands here. */
  modelIds: readonly string[];
  mode: TurnMode;
  /** The same key of the same person answers the same turn. */
  idempotencyKey: string;
}

export interface Submitted {
  session: SessionView;
  turn: TurnView;
}

/** Checks, stores and starts a turn; returns when its feed is open. Nothing is stored or sent when it throws. */
export async function submitTurn(deps: ApiDeps, input: SubmitInput): Promise<Submitted> {
  checkPrompt(input.prompt);
  if (input.mode === 'compare') checkModelIds(input.modelIds);
  await deps.limits.consume('submit', input.userId);
  const history = input.sessionId === undefined ? [] : await ownHistory(deps, input.userId, input.sessionId);
  const models = await modelsOfTurn(deps, input, history);
  const plan = planTurn(deps, input, { models, history });
  const { turnId, created } = await store(deps, input, plan.turn);
  if (created) await collectRuns(deps, turnId, plan.runs);
  return view(deps, input.userId, turnId);
}

/** `number` is an integer column. */
const TURN_NUMBER_MAX = 2 ** 31 - 1;

async function ownHistory(deps: ApiDeps, userId: string, sessionId: string): Promise<HistoryTurn[]> {
  if (!(await getSession(deps.db, { userId, sessionId }))) throw new AppError('not_found', 'no such session');
  return listHistory(deps.db, { sessionId, beforeTurnNumber: TURN_NUMBER_MAX });
}

async function modelsOfTurn(
  deps: ApiDeps,
  input: SubmitInput,
  history: readonly HistoryTurn[],
): Promise<CatalogueModel[]> {
  const modelIds = input.mode === 'compare' ? input.modelIds : [continuedModel(history)];
  const [catalogue, own] = await Promise.all([deps.catalogue.list(), ownProviders(deps, input.userId)]);
  const chosen = chooseModels(modelsFor(catalogue, own), modelIds);
  return chosen.flatMap(({ id }) => catalogue.find((model) => model.id === id) ?? []);
}

function continuedModel(history: readonly HistoryTurn[]): string {
  const chosen = history.map(chosenResponse).findLast((response) => response !== null);
  if (!chosen) throw new AppError('nothing_to_continue');
  return chosen.modelId;
}

interface TurnPlan {
  turn: Omit<CreateTurnInput, 'sessionId'>;
  runs: RunToStart[];
}

function planTurn(
  deps: ApiDeps,
  input: SubmitInput,
  given: { models: readonly CatalogueModel[]; history: readonly HistoryTurn[] },
): TurnPlan {
  const turnId = newId('turn');
  const earlier = given.history.map(historyForModel);
  const planned = given.models.map((model, position) => {
    const responseId = newId('response');
    const messages = buildMessages(earlier, {
      modelId: model.id,
      prompt: input.prompt,
      systemText: model.preset?.systemText,
    });
    const { stored, toStart } = newRun(deps.settings.run, {
      turnId,
      responseId,
      attempt: 1,
      model,
      messages,
    });
    const response = {
      id: responseId,
      position,
      modelId: model.id,
      modelName: model.name,
      provider: model.provider,
      run: { ...stored, attempt: 1 as const },
    };
    return { response, toStart };
  });
  const { userId, mode, prompt, idempotencyKey } = input;
  const responses = planned.map(({ response }) => response);
  return {
    turn: { id: turnId, userId, mode, prompt, idempotencyKey, responses },
    runs: planned.map(({ toStart }) => toStart),
  };
}

/** Rolls the transaction back: the turn is there already, in a session of its own. */
class AlreadySubmitted extends Error {
  readonly turnId: string;
  constructor(turnId: string) {
    super(turnId);
    this.turnId = turnId;
  }
}

async function store(
  deps: ApiDeps,
  input: SubmitInput,
  turn: TurnPlan['turn'],
): Promise<{ turnId: string; created: boolean }> {
  try {
    return await deps.db.transaction(async (tx) => {
      const sessionId = input.sessionId ?? (await newSession(tx, input)).id;
      const result = await createTurn(tx, { ...turn, sessionId });
      if (!result.created) throw new AlreadySubmitted(result.turn.id);
      if (await hasOtherActiveTurn(tx, { sessionId, turnId: turn.id })) throw new AppError('turn_active');
      return { turnId: turn.id, created: true };
    });
  } catch (error) {
    if (error instanceof AlreadySubmitted) return { turnId: error.turnId, created: false };
    throw error;
  }
}

const newSession = (tx: DbOrTx, input: SubmitInput) =>
  createSession(tx, { userId: input.userId, title: titleFromPrompt(input.prompt) });

async function view(deps: ApiDeps, userId: string, turnId: string): Promise<Submitted> {
  const detail = await getTurn(deps.db, { userId, turnId });
  const session = detail && (await getSession(deps.db, { userId, sessionId: detail.turn.sessionId }));
  if (!detail || !session) throw new AppError('not_found', 'the turn is gone');
  return { session: sessionView(session), turn: turnView(detail) };
}
