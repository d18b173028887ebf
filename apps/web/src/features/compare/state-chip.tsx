import {
  BrainIcon,
  CheckIcon,
  CircleAlertIcon,
  CircleStopIcon,
  HourglassIcon,
  LoaderCircleIcon,
  PenLineIcon,
  UnplugIcon,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { cn } from '~/lib/cn.ts';
import { lookLabel, type PanelLook } from './status-text.ts';

/** Only the short wait for a start moves: an endless animation in every panel would draw the page 60 times a second. */
const LOOKS: Record<
  PanelLook,
  { icon: ComponentType<{ className?: string }>; className: string; motion?: string }
> = {
  starting: { icon: LoaderCircleIcon, className: 'text-muted-foreground', motion: 'animate-spin' },
  waiting: { icon: HourglassIcon, className: 'text-warning' },
  thinking: { icon: BrainIcon, className: 'text-(--panel-accent)' },
  streaming: { icon: PenLineIcon, className: 'text-(--panel-accent)' },
  completed: { icon: CheckIcon, className: 'text-success' },
  failed: { icon: CircleAlertIcon, className: 'text-destructive' },
  cancelled: { icon: CircleStopIcon, className: 'text-muted-foreground' },
  interrupted: { icon: UnplugIcon, className: 'text-warning' },
};

interface StateChipProps {
  look: PanelLook;
  /** In the one-line head of a narrow panel only the icon is seen. */
  yields?: boolean;
}

/** How a response stands, as icon and word. */
export function StateChip({ look, yields = false }: StateChipProps) {
  const { icon: Icon, className, motion } = LOOKS[look];
  return (
    <span
      title={lookLabel(look)}
      className={cn('flex h-4 shrink-0 items-center gap-1 font-medium text-2xs', className)}
    >
      <Icon className={cn('size-3.5', motion)} />
      <span className={cn(yields && 'low-narrow:sr-only')}>{lookLabel(look)}</span>
    </span>
  );
}
