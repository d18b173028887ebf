import { bestOf } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import { REASONS, type Reason } from '@aideator/contract/reasons';
import type { Verdict } from '@aideator/contract/verdicts';
import type { PreferenceView } from '@aideator/contract/views';

/** The verdicts that have a button of their own, because they prefer no single response. */
export type OpenVerdict = Exclude<Verdict, 'response'>;

const TEXTS: Record<OpenVerdict, { button: string; given: string }> = {
  tie: { button: 'It’s a tie', given: 'You called it a tie' },
  none: { button: 'None of them', given: 'You chose none of them' },
};

/** The verdicts that prefer no single response, with the text of their buttons. */
export const OPEN_VERDICTS = Object.entries(TEXTS).map(([verdict, { button }]) => ({
  verdict: verdict as OpenVerdict,
  button,
}));

/** The verdict as a sentence, without a full stop. */
export function givenText(verdict: OpenVerdict): string {
  return TEXTS[verdict].given;
}

/** True for a response that is not among the best of the ballot. */
export function isPassedOver(preference: PreferenceView | null, responseId: ResponseId): boolean {
  return preference !== null && !bestOf(preference).includes(responseId);
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

/** The reasons that can be given with one click, with the text of their buttons. */
export const REASON_BUTTONS = REASONS.map((reason) => ({ reason, text: REASON_TEXTS[reason] }));

/** The reasons and the person's own words: `Clearer, Shorter: no fluff`. Empty if none were given. */
export function reasonsText({ reasons, feedback }: Pick<PreferenceView, 'reasons' | 'feedback'>): string {
  const named = reasons.map((reason) => REASON_TEXTS[reason]).join(', ');
  return [named, feedback ?? ''].filter((part) => part !== '').join(': ');
}
