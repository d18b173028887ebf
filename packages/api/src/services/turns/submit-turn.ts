import type { RunToStart } from '@aideator/contract/backend';
import { continuedResponse } from '@aideator/contract/continuation';
import { AppError } from '@aideator/contract/errors';
import { newId, type SessionId, type TurnId, type UserId } from '@aideator/contract/ids';
import { UNFINISHED_RUNS_PER_PERSON_MAX } from '@aideator/contract/limits';
import type { CatalogueModel } from '@aideator/contract/models';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { RevealPace } from '@aideator/contract/statuses';
import type { PanelInput, SubmitInput } from '@aideator/contract/submit';
import type { SessionView, TurnView } from '@aideator/contract/views';
import { type HistoryTurn, listHistory } from '@aideator/db/queries/history';
import { getSession } from '@aideator/db/queries/sessions';
import { getTurnForPage } from '@aideator/db/queries/turn-pages';
import { type CreateTurnInput, createTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../../deps.ts';
import { ownProviders } from '../accounts/provider-keys.ts';
import { collectNewTurn, firstLease } from '../collection/collect-runs.ts';
import { exchangesFor } from '../domain/history.ts';
import { inputBytes } from '../domain/messages.ts';
import { chooseModels, modelsFor } from '../domain/models.ts';
import { shuffled } from '../domain/shuffle.ts';
import { titleFromPrompt } from '../domain/title.ts';
import { sessionView, turnView } from '../viewing/views.ts';
import { newRun } from './new-run.ts';
import { checkSubmit } from './submit-input.ts';

export interface Submitted {
  session: SessionView;
  turn: TurnView;
}

/**
 * Checks, stores and starts a turn. Returns when its feed is open. When it throws, nothing was stored or sent. A repeated
 * idempotency key of the same person returns the existing turn.
 */
export async function submitTurn(deps: ApiDeps, userId: UserId, input: SubmitInput): Promise<Submitted> {
  checkSubmit(input);
  await deps.limits.consume('submit', userId);
  const { sessionId } = input;
  const history = sessionId === undefined ? [] : await ownHistory(deps, { userId, sessionId });
  const chosen = await modelsToAsk(deps, userId, panelsOf(input, history));
  const asked = revealPaceOf(input) ? shuffled(chosen) : chosen;
  const plan = planTurn(deps, input, { userId, asked, history });
  const result = await createTurn(deps.db, plan.turn);
  if (!result.created) return storedView(deps, userId, result.turn.id);
  const { turn, session, responses } = result;
  await collectNewTurn(deps, result, plan.runs);
  return { session: sessionView(session), turn: turnView({ turn, responses, preference: null }) };
}

/** `number` is an integer column. */
const TURN_NUMBER_MAX = 2 ** 31 - 1;

async function ownHistory(
  deps: ApiDeps,
  session: { userId: UserId; sessionId: SessionId },
): Promise<HistoryTurn[]> {
  if (!(await getSession(deps.db, session))) throw new AppError('not_found', 'no such session');
  return listHistory(deps.db, { sessionId: session.sessionId, beforeTurnNumber: TURN_NUMBER_MAX });
}

/** `continue` keeps the parameters of the chosen response. */
function panelsOf(input: SubmitInput, history: readonly HistoryTurn[]): readonly PanelInput[] {
  if (input.mode === 'compare') return input.panels;
  const chosen = continuedResponse(history);
  if (!chosen) throw new AppError('nothing_to_continue');
  return [{ modelId: chosen.modelId, parameters: chosen.parameters }];
}

/** A model of a new turn, with the person's parameters for it. */
interface AskedModel {
  model: CatalogueModel;
  parameters: SamplingParameters;
}

async function modelsToAsk(
  deps: ApiDeps,
  userId: UserId,
  panels: readonly PanelInput[],
): Promise<AskedModel[]> {
  const [catalogue, own] = await Promise.all([deps.catalogue.list(), ownProviders(deps, userId)]);
  const modelIds = panels.map(({ modelId }) => modelId);
  const chosen = chooseModels(modelsFor(catalogue, own), modelIds);
  return chosen.flatMap(({ id }, position) => {
    const model = catalogue.find((entry) => entry.id === id);
    return model ? [{ model, parameters: panels[position]?.parameters ?? {} }] : [];
  });
}

interface TurnPlan {
  turn: CreateTurnInput;
  runs: RunToStart[];
}

function planTurn(
  deps: ApiDeps,
  input: SubmitInput,
  given: { userId: UserId; asked: readonly AskedModel[]; history: readonly HistoryTurn[] },
): TurnPlan {
  const turnId = newId('turn');
  const planned = given.asked.map(({ model, parameters }, position) => {
    const responseId = newId('response');
    const exchanges = exchangesFor(given.history, { modelId: model.id, position });
    const ask = { prompt: input.prompt, systemText: model.preset?.systemText };
    const { stored, toStart } = newRun(deps.settings.run, {
      turnId,
      responseId,
      attempt: 1,
      model,
      parameters,
      inputBytes: inputBytes(exchanges, ask),
    });
    const response = {
      id: responseId,
      position,
      modelId: model.id,
      modelName: model.name,
      provider: model.provider,
      parameters,
      run: { ...stored, attempt: 1 as const },
    };
    return { response, toStart };
  });
  const { mode, prompt, idempotencyKey } = input;
  return {
    turn: {
      id: turnId,
      ...sessionOf(input),
      exclusive: true,
      lease: firstLease(deps),
      runLimits: { placesMax: deps.places.max, unfinishedMax: UNFINISHED_RUNS_PER_PERSON_MAX },
      userId: given.userId,
      mode,
      prompt,
      idempotencyKey,
      revealPace: revealPaceOf(input),
      responses: planned.map(({ response }) => response),
    },
    runs: planned.map(({ toStart }) => toStart),
  };
}

/** Undefined unless the turn is blind. */
function revealPaceOf(input: SubmitInput): RevealPace | undefined {
  return input.mode === 'compare' ? input.blind?.pace : undefined;
}

function sessionOf(input: SubmitInput): Pick<CreateTurnInput, 'sessionId' | 'newSession'> {
  if (input.sessionId !== undefined) return { sessionId: input.sessionId };
  return { sessionId: newId('session'), newSession: { title: titleFromPrompt(input.prompt) } };
}

/** The result for a turn that was submitted before with the same key. */
async function storedView(deps: ApiDeps, userId: UserId, turnId: TurnId): Promise<Submitted> {
  const detail = await getTurnForPage(deps.db, { userId, turnId });
  const session = detail && (await getSession(deps.db, { userId, sessionId: detail.turn.sessionId }));
  if (!detail || !session) throw new AppError('not_found', 'the turn is gone');
  return { session: sessionView(session), turn: turnView(detail) };
}
