import { ListOrderedIcon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { useCandidates } from './use-candidates.ts';

const RankDialog = lazy(() => import('./rank-dialog.tsx').then((loaded) => ({ default: loaded.RankDialog })));

/** Two answers have no order that one click does not tell. */
const RANKED_MIN = 3;

/** Opens the ranking of all answers. */
export function RankButton({ className }: { className?: string }) {
  const [open, setOpen] = useState(false);
  const candidates = useCandidates();
  if (candidates.length < RANKED_MIN) return null;
  return (
    <>
      <Tooltip content="Rank all answers">
        <Button
          variant="ghost"
          size="icon-xs"
          aria-label="Rank all answers"
          data-rank
          className={className ?? ''}
          onClick={() => setOpen(true)}
        >
          <ListOrderedIcon />
        </Button>
      </Tooltip>
      {open && (
        <Suspense>
          <RankDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
