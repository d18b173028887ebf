import { CheckIcon } from 'lucide-react';
import { cn } from '~/lib/cn.ts';

interface PreviewCard {
  stripe: string;
  /** Widths of the lines of text, in percent. */
  lines: number[];
  preferred?: boolean;
}

const CARDS: PreviewCard[] = [
  { stripe: 'bg-accent-1', lines: [92, 78, 88, 40] },
  { stripe: 'bg-accent-2', lines: [84, 94, 70, 86, 30], preferred: true },
  { stripe: 'bg-accent-3', lines: [90, 64, 82] },
  { stripe: 'bg-accent-4', lines: [76, 92, 58, 80] },
];

function Card({ stripe, lines, preferred = false }: PreviewCard) {
  return (
    <div
      className={cn(
        'relative overflow-hidden rounded-xl border bg-card px-4 pt-4 pb-5 shadow-raised',
        preferred && 'border-gold ring-1 ring-gold',
      )}
    >
      <div className={cn('absolute inset-x-0 top-0 h-[3px]', stripe)} />
      <div className="mb-4 flex h-5 items-center gap-2">
        <div className={cn('size-2 rounded-full', stripe)} />
        <div className="h-2 w-16 rounded-full bg-foreground/20" />
        {preferred && (
          <div className="ml-auto grid size-5 place-items-center rounded-full bg-gold text-[oklch(0.25_0.05_80)]">
            <CheckIcon className="size-3" strokeWidth={3} />
          </div>
        )}
      </div>
      <div className="grid gap-2.5">
        {lines.map((width) => (
          <div key={width} className="h-1.5 rounded-full bg-foreground/9" style={{ width: `${width}%` }} />
        ))}
      </div>
    </div>
  );
}

/** An illustration of the product: one prompt, four answers, one of them preferred. */
export function AnswersPreview() {
  return (
    <div className="mx-auto flex h-full max-w-xl flex-col justify-center px-12 py-12">
      <div aria-hidden="true" className="mb-12">
        <div className="mb-5 ml-auto w-3/5 rounded-2xl bg-muted px-4 py-3.5 ring-1 ring-border">
          <div className="h-1.5 w-full rounded-full bg-foreground/25" />
          <div className="mt-2.5 h-1.5 w-2/5 rounded-full bg-foreground/25" />
        </div>
        <div className="grid grid-cols-2 items-start gap-3">
          {CARDS.map((card) => (
            <Card key={card.stripe} {...card} />
          ))}
        </div>
      </div>
      <p className="text-balance font-medium text-lg leading-snug tracking-tight">
        One prompt. Several models. Read their answers side by side.
      </p>
      <p className="mt-2 max-w-[44ch] text-muted-foreground text-sm">
        Prefer the best answer and continue with the model that wrote it. The others stay one click away.
      </p>
    </div>
  );
}
