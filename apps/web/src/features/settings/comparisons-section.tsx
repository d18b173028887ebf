'use client';

import { REVEAL_PACES } from '@aideator/contract/statuses';
import { type ComparingDefaults, useComparingDefaults } from '~/lib/comparing-defaults.ts';
import { EARLY_PICK_RULES, type EarlyPickRule, useEarlyPickRule } from '~/lib/early-pick-rule.ts';
import { PACE_TEXTS } from '~/lib/pace-text.ts';
import { Section } from './section.tsx';

interface CheckProps {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, hint, checked, onChange }: CheckProps) {
  return (
    <label className="flex cursor-pointer items-start gap-3 px-5 py-3.5">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-(--brand)"
      />
      <span>
        <span className="block font-medium">{label}</span>
        <span className="mt-0.5 block text-muted-foreground">{hint}</span>
      </span>
    </label>
  );
}

interface ChoiceProps<T extends string> {
  name: string;
  legend: string;
  options: readonly T[];
  textOf: Record<T, string>;
  chosen: T;
  onChange: (option: T) => void;
}

function Choice<T extends string>({ name, legend, options, textOf, chosen, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className="px-5 py-3.5">
      <legend className="float-left mb-1 w-full">{legend}</legend>
      {options.map((option) => (
        <label key={option} className="clear-both flex h-9 touch:h-11 cursor-pointer items-center gap-3">
          <input
            type="radio"
            name={name}
            checked={option === chosen}
            onChange={() => onChange(option)}
            className="size-4 accent-(--brand)"
          />
          {textOf[option]}
        </label>
      ))}
    </fieldset>
  );
}

const RULE_TEXTS: Record<EarlyPickRule, string> = {
  ask: 'Ask each time',
  always: 'Stop the other answers',
  never: 'Let them finish, and don’t ask',
};

/** How comparisons begin and behave in this browser. */
export function ComparisonsSection() {
  const [defaults, setDefaults] = useComparingDefaults();
  const [rule, setRule] = useEarlyPickRule();
  const change = (some: Partial<ComparingDefaults>) => setDefaults({ ...defaults, ...some });
  return (
    <Section
      id="comparisons"
      title="Comparisons"
      description="How comparisons begin and behave in this browser. Each prompt can differ."
    >
      <div className="divide-y text-sm">
        <Check
          label="Blind"
          hint="Hides which model gives which answer until you have judged."
          checked={defaults.isBlind}
          onChange={(isBlind) => change({ isBlind })}
        />
        <Choice
          name="pace"
          legend="Answers of a blind comparison appear"
          options={REVEAL_PACES}
          textOf={PACE_TEXTS}
          chosen={defaults.pace}
          onChange={(pace) => change({ pace })}
        />
        <Check
          label="Shuffle panels"
          hint="Puts the answers in a random order in comparisons that are not blind too."
          checked={defaults.isShuffled}
          onChange={(isShuffled) => change({ isShuffled })}
        />
        <Choice
          name="early-pick"
          legend="When you choose an answer while others are still being written"
          options={EARLY_PICK_RULES}
          textOf={RULE_TEXTS}
          chosen={rule}
          onChange={setRule}
        />
      </div>
    </Section>
  );
}
