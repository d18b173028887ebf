'use client';

import { REVEAL_PACES } from '@aideator/contract/statuses';
import { type ComparingDefaults, useComparingDefaults } from '~/lib/comparing-defaults.ts';
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

/** How new comparisons begin in this browser. */
export function ComparisonsSection() {
  const [defaults, setDefaults] = useComparingDefaults();
  const change = (some: Partial<ComparingDefaults>) => setDefaults({ ...defaults, ...some });
  return (
    <Section
      id="comparisons"
      title="New comparisons"
      description="How a comparison begins in this browser. Each prompt can differ."
    >
      <div className="divide-y text-sm">
        <Check
          label="Blind"
          hint="Hides which model gives which answer until you have judged."
          checked={defaults.isBlind}
          onChange={(isBlind) => change({ isBlind })}
        />
        <fieldset className="px-5 py-3.5">
          <legend className="float-left mb-1 w-full">Answers of a blind comparison appear</legend>
          {REVEAL_PACES.map((pace) => (
            <label key={pace} className="clear-both flex h-9 touch:h-11 cursor-pointer items-center gap-3">
              <input
                type="radio"
                name="pace"
                checked={pace === defaults.pace}
                onChange={() => change({ pace })}
                className="size-4 accent-(--brand)"
              />
              {PACE_TEXTS[pace]}
            </label>
          ))}
        </fieldset>
        <Check
          label="Shuffle panels"
          hint="Puts the answers in a random order in comparisons that are not blind too."
          checked={defaults.isShuffled}
          onChange={(isShuffled) => change({ isShuffled })}
        />
      </div>
    </Section>
  );
}
