'use client';

import { MenuIcon, SquarePenIcon } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import { Logo } from '~/components/logo.tsx';
import { Button, buttonVariants } from '~/components/ui/button.tsx';
import type { Clock } from './use-clock.ts';
import type { ShellPerson } from './user-label.tsx';

const loadSheet = () => import('./sidebar-sheet.tsx');
const SidebarSheet = lazy(loadSheet);

interface TopBarProps {
  person: ShellPerson;
  clockAtFirst: Clock;
}

/** Replaces the sidebar on small screens. */
export function TopBar({ person, clockAtFirst }: TopBarProps) {
  const pathname = usePathname();
  // The path where the sheet was opened. Any navigation closes it.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const [wanted, setWanted] = useState(false);
  const open = openAt === pathname;
  const setOpen = (next: boolean) => {
    setWanted(true);
    setOpenAt(next ? pathname : null);
  };
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b px-2 md:hidden">
      <Button
        variant="ghost"
        size="icon"
        aria-label="Open chats"
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={() => void loadSheet().catch(() => undefined)}
        onClick={() => setOpen(true)}
      >
        <MenuIcon />
      </Button>
      <Logo className="mx-auto text-sm" />
      <Link href="/" aria-label="New chat" className={buttonVariants({ variant: 'ghost', size: 'icon' })}>
        <SquarePenIcon />
      </Link>
      {wanted && (
        <Suspense>
          <SidebarSheet person={person} clockAtFirst={clockAtFirst} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </header>
  );
}
