'use client';

import { EllipsisIcon } from 'lucide-react';
import { lazy } from 'react';
import { DeferredMenu } from '~/components/ui/deferred-menu.tsx';
import type { RowMenuProps } from './row-menu.tsx';
import { ROW_MENU_TRIGGER_CLASS } from './row-menu-class.ts';

const loadMenu = () => import('./row-menu.tsx');
const RowMenu = lazy(loadMenu);

/** The menu button of a chat. The menu's code is loaded when the pointer or the focus reaches the button. */
export function RowMenuButton(props: RowMenuProps) {
  return (
    <DeferredMenu
      preload={loadMenu}
      menu={<RowMenu {...props} />}
      aria-label={`Actions for ${props.session.title}`}
      className={ROW_MENU_TRIGGER_CLASS}
    >
      <EllipsisIcon className="size-4" />
    </DeferredMenu>
  );
}
