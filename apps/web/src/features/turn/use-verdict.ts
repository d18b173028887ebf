import type { Ballot } from '@aideator/contract/ballots';
import { newId } from '@aideator/contract/ids';
import type { AmendPreferenceInput, SetPreferenceInput } from '@aideator/contract/preference-input';
import type { TurnView } from '@aideator/contract/views';
import type { BallotOp } from './ballot-ops.ts';
import { useBallotOutbox } from './ballot-outbox-context.tsx';
import { circumstancesOf } from './circumstances.ts';
import type { TurnStore } from './turn-store.ts';

/** What a person adds to the verdict that the page shows. */
type Addition = Omit<AmendPreferenceInput, 'preferenceId'>;

/** What a new ballot keeps of the verdict that it replaces. */
type Kept = Partial<Pick<SetPreferenceInput, 'continueWith' | 'reasons' | 'feedback'>>;

const NOTHING_ADDED = { continueWith: null, reasons: [], worstReasons: [], feedback: '' };

/** Gives, amends and clears the verdict on a turn. The page shows it at once. */
export function useVerdict(turn: TurnView, store: TurnStore) {
  const outbox = useBallotOutbox();
  const { preference } = turn;
  const add = (op: BallotOp) => outbox.add({ sessionId: turn.sessionId, turnId: turn.id, op });
  return {
    give: (ballot: Ballot, kept: Kept = {}) => {
      const circumstances = circumstancesOf({
        ...store.api.getState(),
        widthPx: window.innerWidth,
        nowMs: Date.now(),
      });
      const preferenceId = newId('preference');
      add({
        kind: 'set',
        input: { ...NOTHING_ADDED, turnId: turn.id, preferenceId, ballot, ...kept, circumstances },
      });
    },
    amend: (added: Addition) => {
      if (preference) add({ kind: 'amend', input: { preferenceId: preference.id, ...added } });
    },
    clear: () => {
      if (preference) add({ kind: 'clear', input: { turnId: turn.id, preferenceId: preference.id } });
    },
  };
}
