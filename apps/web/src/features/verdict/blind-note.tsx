'use client';

import type { BlindView } from '@aideator/contract/blind';
import type { TurnView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import { EyeIcon, EyeOffIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useAnnounce } from '~/components/announcer.tsx';
import { Button } from '~/components/ui/button.tsx';
import { complain } from '~/lib/complain.ts';
import { useTRPC } from '~/trpc/client.ts';
import { withTurn } from '../turn/session-cache.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useSessionEntry } from '../turn/use-session-entry.ts';
import { revealedText, waitingText } from './blind-text.ts';

/** Says that a turn is blind: what it waits for, when names appear, and later how it was judged. One line. */
export function BlindNote({ blind }: { blind: BlindView }) {
  const { turn } = useTurnScope();
  useAnnounceReveal(turn);
  const Icon = blind.isRevealed ? EyeIcon : EyeOffIcon;
  return (
    <div className="mb-2 flex min-h-8 items-center gap-2 text-[0.8125rem] text-muted-foreground">
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {blind.isRevealed ? <p>{revealedText(turn.preference)}</p> : <Hidden blind={blind} />}
    </div>
  );
}

function Hidden({ blind }: { blind: BlindView }) {
  const { turn, store } = useTurnScope();
  const isShown = useStore(store.api, ({ responses }) => responses.some(({ text }) => text !== ''));
  const overCount = useStore(store.api, (state) => state.overCount ?? 0);
  const total = turn.responses.length;
  if (turn.preference) return <p>Showing the names…</p>;
  if (!isShown && overCount < total)
    return (
      <>
        <p>{waitingText(blind.pace)}</p>
        <p className="figures ml-auto shrink-0">
          {overCount} of {total} done
        </p>
      </>
    );
  return (
    <>
      <p>Blind: the names appear with your verdict.</p>
      <ShowNames />
    </>
  );
}

/** Reveals the names without a verdict. */
function ShowNames() {
  const { turn } = useTurnScope();
  const trpc = useTRPC();
  const entry = useSessionEntry(turn.sessionId);
  const reveal = useMutation(
    trpc.turn.reveal.mutationOptions({
      networkMode: 'always',
      onSuccess: async (revealed) => {
        await entry.cancelFetches();
        entry.change((detail) => withTurn(detail, revealed));
      },
      onError: complain('The names could not be shown'),
    }),
  );
  return (
    <Button
      variant="ghost"
      size="sm"
      className="ml-auto h-7 shrink-0 px-2"
      disabled={reveal.isPending}
      onClick={() => reveal.mutate({ turnId: turn.id })}
    >
      Show names
    </Button>
  );
}

/** Announces which name belongs to which letter when the names appear. */
function useAnnounceReveal({ responses, blind }: TurnView): void {
  const announce = useAnnounce();
  const hidden = useRef<readonly string[]>(undefined);
  const isRevealed = blind?.isRevealed === true;
  useEffect(() => {
    const names = responses.map(({ modelName }) => modelName);
    if (!isRevealed) {
      hidden.current = names;
      return;
    }
    const letters = hidden.current;
    hidden.current = undefined;
    if (letters) announce(`${names.map((name, i) => `${letters[i]} is ${name}`).join(', ')}.`);
  }, [responses, isRevealed, announce]);
}
