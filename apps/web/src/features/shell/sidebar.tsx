'use client';

import { PanelLeftCloseIcon, SquarePenIcon } from 'lucide-react';
import Link from 'next/link';
import { Logo } from '~/components/logo.tsx';
import { Button } from '~/components/ui/button.tsx';
import { Kbd } from '~/components/ui/kbd.tsx';
import { SessionList } from './session-list.tsx';
import type { Clock } from './use-clock.ts';
import type { ShellPerson } from './user-label.tsx';
import { UserMenuButton } from './user-menu-button.tsx';

interface SidebarProps {
  person: ShellPerson;
  clockAtFirst: Clock;
  /** Absent in the sheet on small screens, which has a close button of its own. */
  onCollapse?: () => void;
  /** Called when a link is followed. */
  onNavigate?: () => void;
}

export function Sidebar({ person, clockAtFirst, onCollapse, onNavigate }: SidebarProps) {
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center justify-between pr-2 pl-3.5">
        <Link
          href="/"
          onClick={onNavigate}
          className="flex items-center rounded-md touch:h-10"
          aria-label="AIdeator, new chat"
        >
          <Logo className="text-[0.9375rem]" />
        </Link>
        {onCollapse && (
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label="Hide sidebar"
            title="Hide sidebar"
            onClick={onCollapse}
          >
            <PanelLeftCloseIcon />
          </Button>
        )}
      </div>
      <nav aria-label="Chats" className="flex min-h-0 flex-1 flex-col">
        <div className="px-2 pb-2">
          <Link
            href="/"
            onClick={onNavigate}
            className="group flex h-9 touch:h-10 items-center gap-2.5 rounded-lg border bg-card px-2.5 font-medium text-sm shadow-raised transition-colors hover:bg-hover"
          >
            <SquarePenIcon className="size-4 text-muted-foreground" aria-hidden="true" />
            New chat
            <span
              className="ml-auto hidden gap-0.5 opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100 md:flex"
              aria-hidden="true"
            >
              <Kbd>⌃⇧O</Kbd>
            </span>
          </Link>
        </div>
        <SessionList clockAtFirst={clockAtFirst} onNavigate={onNavigate} />
      </nav>
      <div className="shrink-0 border-t p-2">
        <UserMenuButton person={person} />
      </div>
    </div>
  );
}
