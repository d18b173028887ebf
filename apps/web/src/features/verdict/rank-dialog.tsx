'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ChevronDownIcon, ChevronUpIcon, EqualIcon, type LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { Dialog, DialogContent, DialogDescription, DialogTitle } from '~/components/ui/dialog.tsx';
import { Kbd } from '~/components/ui/kbd.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { ballotOf, moved, type Ranking, rankingOf, ranksOf, toggledJoin } from './ranking.ts';
import { useCandidates } from './use-candidates.ts';

/** Ranks all answers. Arrow keys move the focused answer, `=` joins it with the one above. */
export function RankDialog({ onClose }: { onClose: () => void }) {
  const { turn, actions } = useTurnScope();
  const candidates = useCandidates();
  const [ranking, setRanking] = useState(() =>
    rankingOf(
      candidates.map(({ responseId }) => responseId),
      turn.preference,
    ),
  );
  const ranks = ranksOf(ranking);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogTitle>Rank all answers</DialogTitle>
        <DialogDescription>
          The best first. <Kbd>↑</Kbd> <Kbd>↓</Kbd> move an answer, <Kbd>=</Kbd> makes it equally good as the
          one above.
        </DialogDescription>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            actions.judge(ballotOf(ranking));
            onClose();
          }}
        >
          <ol className="mt-4">
            {ranking.map(({ responseId }, index) => (
              <Row
                key={responseId}
                response={candidates.find((response) => response.responseId === responseId)}
                ranking={ranking}
                index={index}
                rank={ranks[index] ?? index + 1}
                onChange={setRanking}
              />
            ))}
          </ol>
          <div className="mt-4 flex justify-end gap-2">
            <Button variant="ghost" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm">
              Save ranking
            </Button>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}

interface RowProps {
  response: ResponseView | undefined;
  ranking: Ranking;
  index: number;
  rank: number;
  onChange: (ranking: Ranking) => void;
}

/** What a key does to the answer at a place. Undefined for other keys. */
function rankedByKey(key: string, ranking: Ranking, index: number): Ranking | undefined {
  if (key === 'ArrowUp') return moved(ranking, index, -1);
  if (key === 'ArrowDown') return moved(ranking, index, 1);
  return key === '=' ? toggledJoin(ranking, index) : undefined;
}

/** Keeps the focus on the row that was changed: a moved element loses it. */
function useKeptFocus() {
  const handle = useRef<HTMLButtonElement>(null);
  const isChanged = useRef(false);
  useLayoutEffect(() => {
    if (isChanged.current) handle.current?.focus();
    isChanged.current = false;
  });
  const keep = (): void => {
    isChanged.current = true;
  };
  return { handle, keep };
}

function Row({ response, ranking, index, rank, onChange }: RowProps) {
  const { accentOf } = useTurnScope();
  const { handle, keep } = useKeptFocus();
  if (!response) return null;
  const name = response.modelName;
  const isJoined = ranking[index]?.joined ?? false;
  const change = (next: Ranking): void => {
    keep();
    onChange(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = rankedByKey(event.key, ranking, index);
    if (!next) return;
    event.preventDefault();
    change(next);
  };
  return (
    <li
      style={accentStyle(accentOf(response))}
      className={cn('flex items-center gap-1', !isJoined && index > 0 && 'mt-1.5 border-t pt-1.5')}
    >
      <button
        ref={handle}
        type="button"
        onKeyDown={onKeyDown}
        aria-keyshortcuts="ArrowUp ArrowDown ="
        className="flex h-9 touch:h-11 min-w-0 flex-1 items-center gap-2.5 rounded-lg px-2 text-left text-sm hover:bg-hover"
      >
        <RowText name={name} rank={rank} isJoined={isJoined} />
      </button>
      <RowButton
        icon={EqualIcon}
        label={`${name} is equally good as the one above`}
        pressed={isJoined}
        disabled={index === 0}
        onClick={() => change(toggledJoin(ranking, index))}
      />
      <RowButton
        icon={ChevronUpIcon}
        label={`Move ${name} up`}
        disabled={index === 0}
        onClick={() => change(moved(ranking, index, -1))}
      />
      <RowButton
        icon={ChevronDownIcon}
        label={`Move ${name} down`}
        disabled={index === ranking.length - 1}
        onClick={() => change(moved(ranking, index, 1))}
      />
    </li>
  );
}

function RowText({ name, rank, isJoined }: { name: string; rank: number; isJoined: boolean }) {
  return (
    <>
      <span aria-hidden="true" className="figures w-4 shrink-0 text-muted-foreground">
        {isJoined ? '=' : rank}
      </span>
      <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />
      <span className="truncate">
        {name}
        <span className="sr-only">
          {` rank ${rank}`}
          {isJoined && ', equally good as the one above'}
        </span>
      </span>
    </>
  );
}

interface RowButtonProps {
  icon: LucideIcon;
  label: string;
  pressed?: boolean;
  disabled: boolean;
  onClick: () => void;
}

/** For pointers, so not a stop of the Tab key: the row itself listens to the keyboard. */
function RowButton({ icon: Icon, label, pressed, disabled, onClick }: RowButtonProps) {
  return (
    <Button
      variant={pressed ? 'gold' : 'ghost'}
      size="icon-xs"
      tabIndex={-1}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon />
    </Button>
  );
}
