'use client';

import { PanelLeftOpenIcon, SquarePenIcon } from 'lucide-react';
import Link from 'next/link';
import { Button, buttonVariants } from '~/components/ui/button.tsx';
import type { ShellPerson } from './user-label.tsx';
import { UserMenuButton } from './user-menu-button.tsx';

/** The narrow rail that is shown while the sidebar is hidden. */
export function SidebarRail({ person, onExpand }: { person: ShellPerson; onExpand: () => void }) {
  return (
    <div className="flex flex-1 flex-col items-center gap-1 py-2.5">
      <Button variant="ghost" size="icon" aria-label="Show sidebar" title="Show sidebar" onClick={onExpand}>
        <PanelLeftOpenIcon />
      </Button>
      <Link
        href="/"
        aria-label="New chat"
        title="New chat"
        className={buttonVariants({ variant: 'ghost', size: 'icon' })}
      >
        <SquarePenIcon />
      </Link>
      <div className="mt-auto">
        <UserMenuButton person={person} compact />
      </div>
    </div>
  );
}
