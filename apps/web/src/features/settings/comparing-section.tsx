'use client';

import { EARLY_PICK_RULES, type EarlyPickRule, useEarlyPickRule } from '~/lib/early-pick-rule.ts';
import { Section } from './section.tsx';

const RULE_TEXTS: Record<EarlyPickRule, string> = {
  ask: 'Ask each time',
  always: 'Stop the other answers',
  never: 'Let them finish, and don’t ask',
};

/** How comparisons behave in this browser. */
export function ComparingSection() {
  const [rule, setRule] = useEarlyPickRule();
  return (
    <Section id="comparing" title="Comparing" description="How comparisons behave in this browser.">
      <fieldset className="px-5 py-3.5 text-sm">
        <legend className="float-left mb-2 w-full text-muted-foreground">
          When you choose an answer while others are still being written
        </legend>
        {EARLY_PICK_RULES.map((each) => (
          <label key={each} className="clear-both flex h-9 touch:h-11 cursor-pointer items-center gap-2.5">
            <input
              type="radio"
              name="early-pick"
              checked={each === rule}
              onChange={() => setRule(each)}
              className="size-4 accent-(--brand)"
            />
            {RULE_TEXTS[each]}
          </label>
        ))}
      </fieldset>
    </Section>
  );
}
