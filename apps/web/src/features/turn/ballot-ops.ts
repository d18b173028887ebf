import { verdictOf } from '@aideator/contract/ballots';
import { continueWithOf } from '@aideator/contract/continuation';
import type { SessionId, TurnId } from '@aideator/contract/ids';
import type {
  AmendPreferenceInput,
  ClearPreferenceInput,
  SetPreferenceInput,
} from '@aideator/contract/preference-input';
import type { PreferenceView, TurnView } from '@aideator/contract/views';

/** A call that changes the verdict on a turn. Each can be repeated: the page makes the id of a ballot. */
export type BallotOp =
  | { kind: 'set'; input: SetPreferenceInput }
  | { kind: 'amend'; input: AmendPreferenceInput }
  | { kind: 'clear'; input: ClearPreferenceInput };

/** A call that the server has not answered yet. */
export interface PendingOp {
  /** Sorts by the time of the decision. */
  key: string;
  sessionId: SessionId;
  turnId: TurnId;
  /** By the browser's clock. */
  decidedAtMs: number;
  op: BallotOp;
}

/** A ballot as the page shows it until the server has stored it. */
function expectedView({ preferenceId, ballot, continueWith, ...given }: SetPreferenceInput): PreferenceView {
  return {
    id: preferenceId,
    verdict: verdictOf(ballot),
    ...ballot,
    continueWith: continueWithOf(ballot, continueWith),
    reasons: given.reasons,
    worstReasons: given.worstReasons,
    feedback: given.feedback || null,
    createdAt: new Date(),
    isBlind: false,
    isAfterReveal: false,
  };
}

function amendedView(preference: PreferenceView, added: AmendPreferenceInput): PreferenceView {
  const { worst, continueWith, feedback, reasons, worstReasons } = added;
  return {
    ...preference,
    ...(worst !== undefined && { worst }),
    ...(continueWith !== undefined && { continueWith: continueWithOf(preference, continueWith) }),
    ...(reasons && { reasons }),
    ...(worstReasons && { worstReasons }),
    ...(feedback !== undefined && { feedback: feedback || null }),
  };
}

/** The verdict after a call, as far as the page can know it. */
export function withOp(preference: PreferenceView | null, { kind, input }: BallotOp): PreferenceView | null {
  if (kind === 'set') return expectedView(input);
  if (kind === 'amend')
    return preference?.id === input.preferenceId ? amendedView(preference, input) : preference;
  const isCleared = input.preferenceId === undefined || input.preferenceId === preference?.id;
  return isCleared ? null : preference;
}

/** The same turns, with the verdicts that the server has yet to store. A turn without any keeps its identity. */
export function withPendingOps(
  turns: readonly TurnView[],
  pending: readonly PendingOp[],
): readonly TurnView[] {
  if (pending.length === 0) return turns;
  return turns.map((turn) => {
    const own = pending.filter(({ turnId }) => turnId === turn.id);
    if (own.length === 0) return turn;
    return { ...turn, preference: own.reduce((before, { op }) => withOp(before, op), turn.preference) };
  });
}

/** The call as it is sent now: a ballot says how long ago it was decided. */
export function opToSend(
  { op, decidedAtMs }: Pick<PendingOp, 'op' | 'decidedAtMs'>,
  nowMs: number,
): BallotOp {
  if (op.kind !== 'set') return op;
  const decidedMsAgo = Math.max(0, Math.round(nowMs - decidedAtMs));
  return { kind: 'set', input: { ...op.input, circumstances: { ...op.input.circumstances, decidedMsAgo } } };
}
