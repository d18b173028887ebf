'use client';

import { KeyboardIcon, LogOutIcon, MonitorIcon, MoonIcon, SettingsIcon, SunIcon } from 'lucide-react';
import Link from 'next/link';
import { useTheme } from 'next-themes';
import { useState } from 'react';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuGroup,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '~/components/ui/dropdown-menu.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { signOutHere } from './sign-out.ts';
import { UserLabel, type UserLabelProps, userTriggerClass } from './user-label.tsx';

const THEMES = [
  { id: 'light', name: 'Light', Icon: SunIcon },
  { id: 'dark', name: 'Dark', Icon: MoonIcon },
  { id: 'system', name: 'System', Icon: MonitorIcon },
] as const;

/** Open when mounted, because it is mounted only once the person asked for it. */
export default function UserMenu({ person, compact }: UserLabelProps) {
  const [shortcutsOpen, setShortcutsOpen] = useState(false);
  return (
    <>
      <DropdownMenu defaultOpen>
        <DropdownMenuTrigger className={userTriggerClass(compact)}>
          <UserLabel person={person} compact={compact} />
        </DropdownMenuTrigger>
        <DropdownMenuContent side="top" className="w-58">
          <DropdownMenuGroup>
            <DropdownMenuLabel className="truncate">{person.email}</DropdownMenuLabel>
            <DropdownMenuLink render={<Link href="/settings" />}>
              <SettingsIcon />
              Settings
            </DropdownMenuLink>
            <DropdownMenuItem className="max-md:hidden" onClick={() => setShortcutsOpen(true)}>
              <KeyboardIcon />
              Keyboard shortcuts
            </DropdownMenuItem>
          </DropdownMenuGroup>
          <DropdownMenuSeparator />
          <ThemeChoice />
          <DropdownMenuSeparator />
          <DropdownMenuItem onClick={() => void signOutHere()}>
            <LogOutIcon />
            Sign out
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <ShortcutsDialog open={shortcutsOpen} onOpenChange={setShortcutsOpen} />
    </>
  );
}

function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenuGroup>
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={theme} onValueChange={setTheme}>
        {THEMES.map(({ id, name, Icon }) => (
          <DropdownMenuRadioItem key={id} value={id}>
            <Icon />
            {name}
          </DropdownMenuRadioItem>
        ))}
      </DropdownMenuRadioGroup>
    </DropdownMenuGroup>
  );
}
