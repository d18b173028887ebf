'use client';

import type { SessionView } from '@aideator/contract/views';
import type { Route } from 'next';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { cn } from '~/lib/cn.ts';
import { RenameInput } from './rename-input.tsx';
import { RowMenuButton } from './row-menu-button.tsx';
import { useRenameSession } from './use-rename-session.ts';

interface SessionRowProps {
  session: SessionView;
  onNavigate?: (() => void) | undefined;
}

export function SessionRow({ session, onNavigate }: SessionRowProps) {
  const active = usePathname() === `/s/${session.id}`;
  const [renaming, setRenaming] = useState(false);
  // Prefetching visible links would load thirty pages.
  const [wanted, setWanted] = useState(false);
  const rename = useRenameSession();

  if (renaming) {
    return (
      <li>
        <RenameInput
          title={session.title}
          onDone={(title) => {
            setRenaming(false);
            if (title !== null) rename({ sessionId: session.id, title });
          }}
        />
      </li>
    );
  }
  return (
    <li className="group/row relative">
      <Link
        href={`/s/${session.id}` as Route}
        prefetch={wanted && !active ? null : false}
        onPointerEnter={() => setWanted(true)}
        onFocus={() => setWanted(true)}
        aria-current={active ? 'page' : undefined}
        onClick={onNavigate}
        onDoubleClick={() => setRenaming(true)}
        title={session.title}
        className={cn(
          'flex h-8.5 items-center rounded-lg px-2.5 group-focus-within/row:pr-9 group-hover/row:pr-9 pointer-coarse:pr-9 text-[0.84375rem] text-foreground/85 transition-colors max-md:h-10',
          'hover:bg-hover hover:text-foreground group-has-data-popup-open/row:bg-hover',
          active && 'bg-hover font-medium text-foreground',
        )}
      >
        <span className="truncate">{session.title}</span>
      </Link>
      <RowMenuButton session={session} active={active} onRename={() => setRenaming(true)} />
    </li>
  );
}
