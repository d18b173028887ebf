import { cn } from '~/lib/cn.ts';

interface ReasonTagsProps<R extends string> {
  buttons: readonly { reason: R; text: string }[];
  given: readonly R[];
  onChange: (reasons: R[]) => void;
}

/** Reasons as buttons that are pressed or not. */
export function ReasonTags<R extends string>({ buttons, given, onChange }: ReasonTagsProps<R>) {
  const toggle = (reason: R) =>
    onChange(given.includes(reason) ? given.filter((other) => other !== reason) : [...given, reason]);
  return buttons.map(({ reason, text }) => (
    <button
      key={reason}
      type="button"
      aria-pressed={given.includes(reason)}
      onClick={() => toggle(reason)}
      className={cn(
        'h-7 touch:h-10 shrink-0 whitespace-nowrap rounded-full border px-2.5 text-xs transition-colors hover:bg-hover',
        given.includes(reason) && 'border-gold bg-gold-soft text-gold-foreground hover:bg-gold-soft',
      )}
    >
      {text}
    </button>
  ));
}
