import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aideator/contract/errors';
import type { RunId, UserId } from '@aideator/contract/ids';
import { UNFINISHED_RUNS_PER_PERSON_MAX } from '@aideator/contract/limits';
import { countUnfinishedRuns, takePlaces } from '@aideator/db/queries/places';
import type { PlaceRequest, RunPlaces } from '../../collector/run-places.ts';
import type { ApiDeps } from '../../deps.ts';

/** How often waiting runs ask for a place, because another replica may have freed one. */
const POLL_MS = 1_000;

export interface RunPlacesDeps extends Pick<ApiDeps, 'db' | 'log'> {
  placesMax: number;
}

/** Places for runs, kept in PostgreSQL. This process asks once per person for all waiting runs of that person. */
export function createRunPlaces(deps: RunPlacesDeps): RunPlaces {
  const queues = new Map<UserId, Queue>();
  return {
    max: deps.placesMax,
    take(request) {
      const { userId } = request;
      const queue = queues.get(userId) ?? new Queue(deps, userId, () => queues.delete(userId));
      queues.set(userId, queue);
      return queue.add(request);
    },
    freed: (userId) => queues.get(userId)?.wake(),
  };
}

/** Throws `too_many_runs` when a person has too many unfinished runs to retry one. A new turn is checked as it is stored. */
export async function refuseTooManyRuns({ db }: Pick<ApiDeps, 'db'>, userId: UserId): Promise<void> {
  const unfinished = await countUnfinishedRuns(db, { userId });
  if (unfinished >= UNFINISHED_RUNS_PER_PERSON_MAX)
    throw new AppError('too_many_runs', `${unfinished} runs have no outcome`);
}

interface Waiting {
  request: PlaceRequest;
  runsAhead: number | undefined;
  leave: () => void;
}

/** The waiting runs of one person in this process. Removed when none is left. */
class Queue {
  readonly #deps: RunPlacesDeps;
  readonly #userId: UserId;
  readonly #onEmpty: () => void;
  readonly #waiting = new Map<RunId, Waiting>();
  #isAsking = false;
  #wake = new AbortController();

  constructor(deps: RunPlacesDeps, userId: UserId, onEmpty: () => void) {
    this.#deps = deps;
    this.#userId = userId;
    this.#onEmpty = onEmpty;
  }

  async add(request: PlaceRequest): Promise<void> {
    const { runId, signal } = request;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = (): void => {
      signal.removeEventListener('abort', leave);
      this.#waiting.delete(runId);
      if (this.#waiting.size === 0) this.wake();
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.set(runId, { request, leave, runsAhead: undefined });
    // The runs of one turn arrive together, so ask for all of them in one call.
    queueMicrotask(() => void this.#ask());
    return promise;
  }

  wake(): void {
    this.#wake.abort();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return this.wake();
    this.#isAsking = true;
    while (this.#waiting.size > 0) {
      this.#wake = new AbortController();
      await this.#askOnce();
      if (this.#waiting.size > 0) await pause(this.#wake.signal);
    }
    this.#isAsking = false;
    this.#onEmpty();
  }

  async #askOnce(): Promise<void> {
    const { db, log, placesMax } = this.#deps;
    const runIds = [...this.#waiting.keys()];
    try {
      for (const { runId, isPlaced, runsAhead } of await takePlaces(db, {
        userId: this.#userId,
        runIds,
        placesMax,
      })) {
        const waiting = this.#waiting.get(runId);
        if (isPlaced) waiting?.leave();
        else if (waiting && waiting.runsAhead !== runsAhead) {
          waiting.runsAhead = runsAhead;
          waiting.request.onWait(runsAhead);
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'places for runs could not be asked for');
    }
  }
}

/** Jitter, so that replicas do not ask in step. */
const pause = (signal: AbortSignal): Promise<unknown> =>
  delay(POLL_MS * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
