'use client';

import type { SessionView } from '@aideator/contract/views';
import { EllipsisIcon, PencilIcon, Trash2Icon } from 'lucide-react';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '~/components/ui/dropdown-menu.tsx';
import { ROW_MENU_TRIGGER_CLASS } from './row-menu-class.ts';
import { useDeleteSession } from './use-delete-session.ts';

export interface RowMenuProps {
  session: SessionView;
  /** True when the page of the chat is open. */
  active: boolean;
  onRename: () => void;
}

/** Open when mounted, because it is mounted only once the person asked for it. */
export default function RowMenu({ session, active, onRename }: RowMenuProps) {
  const deleteSession = useDeleteSession();
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger aria-label={`Actions for ${session.title}`} className={ROW_MENU_TRIGGER_CLASS}>
        <EllipsisIcon className="size-4" />
      </DropdownMenuTrigger>
      <DropdownMenuContent side="bottom" align="start">
        <DropdownMenuItem onClick={onRename}>
          <PencilIcon />
          Rename
        </DropdownMenuItem>
        <DropdownMenuItem destructive onClick={() => void deleteSession({ session, active })}>
          <Trash2Icon />
          Delete
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
