'use client';

import { Popover as BasePopover } from '@base-ui/react/popover';

export const PopoverTitle = BasePopover.Title;
