'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Toaster } from '~/components/ui/toaster.tsx';
import { SIDEBAR_COOKIE, writeCookie } from './cookies.ts';
import { Sidebar } from './sidebar.tsx';
import { SidebarRail } from './sidebar-rail.tsx';
import { TopBar } from './top-bar.tsx';
import type { Clock } from './use-clock.ts';
import { useKeepSignedIn } from './use-keep-signed-in.ts';
import { useShortcuts } from './use-shortcuts.ts';
import type { ShellPerson } from './user-label.tsx';

interface ShellProps {
  person: ShellPerson;
  collapsedAtFirst: boolean;
  clockAtFirst: Clock;
  children: ReactNode;
}

/** The frame of every page of a signed-in person: the sidebar, or a top bar and a sheet on small screens. */
export function Shell({ person, collapsedAtFirst, clockAtFirst, children }: ShellProps) {
  const router = useRouter();
  const [collapsed, setCollapsed] = useState(collapsedAtFirst);
  useKeepSignedIn();

  const toggle = () => {
    writeCookie(SIDEBAR_COOKIE, collapsed ? 'open' : 'collapsed');
    setCollapsed(!collapsed);
  };
  useShortcuts({ toggleSidebar: toggle, newChat: () => router.push('/') });

  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only z-70 rounded-lg bg-primary px-4 py-2 text-primary-foreground text-sm focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to content
      </a>
      <aside
        aria-label="Chats"
        className={`hidden shrink-0 border-r bg-sidebar md:flex ${collapsed ? 'w-13' : 'w-62'}`}
      >
        {collapsed ? (
          <SidebarRail person={person} onExpand={toggle} />
        ) : (
          <Sidebar person={person} clockAtFirst={clockAtFirst} onCollapse={toggle} />
        )}
      </aside>
      <TopBar person={person} clockAtFirst={clockAtFirst} />
      <main
        id="main"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
      >
        {children}
      </main>
      <Toaster />
    </div>
  );
}
