import { CheckIcon, EqualIcon, ThumbsDownIcon } from 'lucide-react';
import { cn } from '~/lib/cn.ts';
import type { Standing } from '~/lib/verdict-text.ts';

const MARK_CLASS = '-mr-0.5 -ml-2 grid size-4.5 shrink-0 place-items-center rounded-full';

/** A gold mark for the best answers, a grey one for the worst, else the dot of the model. */
export function StandingMark({ standing }: { standing: Standing | undefined }) {
  if (standing === 'preferred' || standing === 'equal') {
    const Icon = standing === 'equal' ? EqualIcon : CheckIcon;
    return (
      <span className={cn(MARK_CLASS, 'bg-gold text-[oklch(0.25_0.05_80)]')}>
        <Icon aria-hidden="true" className="size-3" strokeWidth={3} />
        {standing === 'equal' && <span className="sr-only">Equally good</span>}
      </span>
    );
  }
  if (standing === 'worst') {
    return (
      <span title="The worst" className={cn(MARK_CLASS, 'bg-muted text-muted-foreground')}>
        <ThumbsDownIcon aria-hidden="true" className="size-3" />
        <span className="sr-only">The worst</span>
      </span>
    );
  }
  return <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />;
}
