import type { RunId, UserId } from '@aideator/contract/ids';

export interface PlaceRequest {
  userId: UserId;
  runId: RunId;
  /** Ends the wait. */
  signal: AbortSignal;
  /** Called when the number of runs ahead of this one changes. */
  onWait: (runsAhead: number) => void;
}

/** Bounds the concurrent runs of one person over all replicas. */
export interface RunPlaces {
  /** Places of each person. */
  readonly max: number;
  /** Resolves when the run may start or `signal` aborts. Never rejects. */
  take(request: PlaceRequest): Promise<void>;
  /** Reports that a run of this person is over, so that waiting runs here check again at once. */
  freed(userId: UserId): void;
}
