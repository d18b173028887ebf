import { bestOf } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import { REASONS, type Reason, WORST_REASONS, type WorstReason } from '@aideator/contract/reasons';
import type { Verdict } from '@aideator/contract/verdicts';
import type { PreferenceView } from '@aideator/contract/views';

/** The verdict as the start of a sentence; the names of the best answers follow where `names` is true. */
export const VERDICT_TEXTS: Record<Verdict, { given: string; names: boolean }> = {
  response: { given: 'You prefer', names: true },
  tie: { given: 'Equally good:', names: true },
  none: { given: 'None of them', names: false },
};

/** Where a ballot puts a response: alone at the top, among several equally good ones, last, or anywhere else. */
export type Standing = 'preferred' | 'equal' | 'worst' | 'behind';

/** Where the verdict puts a response. Undefined without a verdict. */
export function standingOf(
  preference: Pick<PreferenceView, 'tiers' | 'worst'> | null,
  responseId: ResponseId,
): Standing | undefined {
  if (preference === null) return undefined;
  const best = bestOf(preference);
  if (best.includes(responseId)) return best.length === 1 ? 'preferred' : 'equal';
  return preference.worst === responseId ? 'worst' : 'behind';
}

/** True for a response that is not among the best of the ballot. */
export function isPassedOver(standing: Standing | undefined): boolean {
  return standing === 'worst' || standing === 'behind';
}

const REASON_TEXTS: Record<Reason, string> = {
  more_correct: 'More correct',
  clearer: 'Clearer',
  shorter: 'Shorter',
  more_complete: 'More complete',
  better_code: 'Better code',
  better_style: 'Better style',
  followed_instruction: 'Followed the instruction',
};

const WORST_REASON_TEXTS: Record<WorstReason, string> = {
  less_correct: 'Less correct',
  less_clear: 'Less clear',
  too_long: 'Too long',
  less_complete: 'Less complete',
  worse_code: 'Worse code',
  worse_style: 'Worse style',
  ignored_instruction: 'Ignored the instruction',
};

/** The reasons that can be given with one click, with the text of their buttons. */
export const REASON_BUTTONS = REASONS.map((reason) => ({ reason, text: REASON_TEXTS[reason] }));
export const WORST_REASON_BUTTONS = WORST_REASONS.map((reason) => ({
  reason,
  text: WORST_REASON_TEXTS[reason],
}));

/** The reasons and the person's own words: `Clearer, Shorter: no fluff`. Empty if none were given. */
export function reasonsText({ reasons, feedback }: Pick<PreferenceView, 'reasons' | 'feedback'>): string {
  const named = reasons.map((reason) => REASON_TEXTS[reason]).join(', ');
  return [named, feedback ?? ''].filter((part) => part !== '').join(': ');
}

/** Why a response is the worst: `Too long, Less clear`. Empty if no reason was given. */
export function worstReasonsText(reasons: readonly WorstReason[]): string {
  return reasons.map((reason) => WORST_REASON_TEXTS[reason]).join(', ');
}
