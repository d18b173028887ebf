'use client';

import { Sheet, SheetContent } from '~/components/ui/sheet.tsx';
import { Sidebar } from './sidebar.tsx';
import type { Clock } from './use-clock.ts';
import type { ShellPerson } from './user-label.tsx';

interface SidebarSheetProps {
  person: ShellPerson;
  clockAtFirst: Clock;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export default function SidebarSheet({ person, clockAtFirst, open, onOpenChange }: SidebarSheetProps) {
  return (
    <Sheet open={open} onOpenChange={onOpenChange}>
      <SheetContent title="Chats">
        <Sidebar person={person} clockAtFirst={clockAtFirst} onNavigate={() => onOpenChange(false)} />
      </SheetContent>
    </Sheet>
  );
}
