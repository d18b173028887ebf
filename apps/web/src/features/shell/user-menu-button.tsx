'use client';

import { lazy } from 'react';
import { DeferredMenu } from '~/components/ui/deferred-menu.tsx';
import { type ShellPerson, UserLabel, userTriggerClass } from './user-label.tsx';

const loadMenu = () => import('./user-menu.tsx');
const UserMenu = lazy(loadMenu);

/** Shows who is signed in and opens the account menu. `compact` shows only the initial. */
export function UserMenuButton({ person, compact = false }: { person: ShellPerson; compact?: boolean }) {
  return (
    <DeferredMenu
      preload={loadMenu}
      menu={<UserMenu person={person} compact={compact} />}
      className={userTriggerClass(compact)}
    >
      <UserLabel person={person} compact={compact} />
    </DeferredMenu>
  );
}
