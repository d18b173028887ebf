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
import { lookLabel, type PanelLook } from '../turn/status-text.ts';

/** Only the short wait for the start is animated: an endless animation in each panel would redraw the page at 60 Hz. */
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
  /** Shows the icon alone in the one-line head of a narrow panel. */
  yields?: boolean;
}

/** The state of a response as an icon and a word. */
export function StateChip({ look, yields = false }: StateChipProps) {
  const { icon: Icon, className, motion } = LOOKS[look];
  return (
    <span
      title={lookLabel(look)}
      className={cn('flex h-4 shrink-0 items-center gap-1 font-medium text-2xs', className)}
    >
      <Icon className={cn('size-3.5', motion)} />
      <span className={cn('low:@max-[15.5rem]/panel:sr-only', yields && 'low-narrow:sr-only')}>
        {lookLabel(look)}
      </span>
    </span>
  );
}
