'use client';

import { Menu } from '@base-ui/react/menu';
import { CheckIcon } from 'lucide-react';
import { cn } from '~/lib/cn.ts';
import { POPUP_CLASS } from './popup.ts';

export const DropdownMenu = Menu.Root;
export const DropdownMenuTrigger = Menu.Trigger;
export const DropdownMenuRadioGroup = Menu.RadioGroup;
export const DropdownMenuGroup = Menu.Group;

const ITEM_CLASS = [
  'flex h-8 touch:h-10 select-none items-center gap-2.5 rounded-lg px-2 text-sm outline-none',
  'data-highlighted:bg-hover data-disabled:pointer-events-none data-disabled:opacity-50',
  '[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground',
].join(' ');

type ContentProps = Menu.Popup.Props &
  Pick<Menu.Positioner.Props, 'side' | 'align' | 'sideOffset'> & { className?: string };

export function DropdownMenuContent({
  className,
  side,
  align = 'start',
  sideOffset = 6,
  ...props
}: ContentProps) {
  return (
    <Menu.Portal>
      {/* A landmark, because an open menu is outside of all others. */}
      <Menu.Positioner
        role="region"
        aria-label="Menu"
        side={side}
        align={align}
        sideOffset={sideOffset}
        className="z-50 outline-none"
      >
        <Menu.Popup className={cn(POPUP_CLASS, 'min-w-44 p-1', className)} {...props} />
      </Menu.Positioner>
    </Menu.Portal>
  );
}

type ItemProps = Menu.Item.Props & { className?: string; destructive?: boolean };

export function DropdownMenuItem({ className, destructive = false, ...props }: ItemProps) {
  return (
    <Menu.Item
      className={cn(
        ITEM_CLASS,
        destructive && 'text-destructive data-highlighted:bg-destructive-soft [&_svg]:text-destructive',
        className,
      )}
      {...props}
    />
  );
}

/** A menu item that is a link: pass it as `render={<Link href="…" />}`. */
export function DropdownMenuLink({ className, ...props }: Menu.LinkItem.Props & { className?: string }) {
  return <Menu.LinkItem className={cn(ITEM_CLASS, className)} closeOnClick {...props} />;
}

export function DropdownMenuRadioItem({
  className,
  children,
  ...props
}: Menu.RadioItem.Props & { className?: string }) {
  return (
    <Menu.RadioItem className={cn(ITEM_CLASS, className)} {...props}>
      {children}
      <Menu.RadioItemIndicator className="ml-auto">
        <CheckIcon />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  );
}

export function DropdownMenuLabel({ className, ...props }: Menu.GroupLabel.Props & { className?: string }) {
  return (
    <Menu.GroupLabel
      className={cn('px-2 pt-1.5 pb-1 text-2xs text-muted-foreground', className)}
      {...props}
    />
  );
}

export function DropdownMenuSeparator() {
  return <Menu.Separator className="-mx-1 my-1 h-px bg-border" />;
}
