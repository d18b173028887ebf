import { createStoredSetting } from './stored-setting.ts';

/** What happens to the answers that are still being written when the person gives a verdict. */
export const EARLY_PICK_RULES = ['ask', 'always', 'never'] as const;
export type EarlyPickRule = (typeof EARLY_PICK_RULES)[number];

const setting = createStoredSetting('aideator:early-pick');

/** The rule for this browser, and how to change it. `ask` until the person has chosen. */
export function useEarlyPickRule(): [EarlyPickRule, (rule: EarlyPickRule) => void] {
  const stored = setting.useStored();
  return [EARLY_PICK_RULES.find((rule) => rule === stored) ?? 'ask', setting.write];
}
