import type { RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { newId } from '@aideator/contract/ids';
import type { CatalogueModel } from '@aideator/contract/models';
import type { TurnMode } from '@aideator/contract/statuses';
import type { SessionView, TurnView } from '@aideator/contract/views';
import { type HistoryTurn, listHistory } from '@aideator/db/queries/history';
import { getSession } from '@aideator/db/queries/sessions';
import { type CreateTurnInput, createTurn, getTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { collectNewTurn, firstLease } from './collect-runs.ts';
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
  const result = await createTurn(deps.db, plan.turn);
  if (!result.created) return storedView(deps, input.userId, result.turn.id);
  const { turn, session, responses } = result;
  await collectNewTurn(deps, result, plan.runs);
  return { session: sessionView(session), turn: turnView({ turn, responses, preference: null }) };
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
  turn: CreateTurnInput;
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
  return {
    turn: {
      id: turnId,
      ...sessionOf(input),
      exclusive: true,
      lease: firstLease(deps),
      userId,
      mode,
      prompt,
      idempotencyKey,
      responses: planned.map(({ response }) => response),
    },
    runs: planned.map(({ toStart }) => toStart),
  };
}

function sessionOf(input: SubmitInput): Pick<CreateTurnInput, 'sessionId' | 'newSession'> {
  if (input.sessionId !== undefined) return { sessionId: input.sessionId };
  return { sessionId: newId('session'), newSession: { title: titleFromPrompt(input.prompt) } };
}

/** Of a turn that was submitted before, by the same key. */
async function storedView(deps: ApiDeps, userId: string, turnId: string): Promise<Submitted> {
  const detail = await getTurn(deps.db, { userId, turnId });
  const session = detail && (await getSession(deps.db, { userId, sessionId: detail.turn.sessionId }));
  if (!detail || !session) throw new AppError('not_found', 'the turn is gone');
  return { session: sessionView(session), turn: turnView(detail) };
}
