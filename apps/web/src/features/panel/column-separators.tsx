'use client';

import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { cn } from '~/lib/cn.ts';
import {
  type ColumnWeights,
  columnsVariable,
  columnTemplate,
  equalColumns,
  resizedColumns,
  SHARE_PERCENT,
  sharePercent,
} from './columns.ts';
import { rowsOf } from './panel-grid-layout.ts';
import { useReadingLayout } from './reading-layout-provider.tsx';
import { useDragSideways } from './use-drag-sideways.ts';

const STEP_PX = 24;
const BIG_STEP_PX = 96;
/** Farther than any edge can move. */
const FAR_PX = 100_000;

interface ColumnSeparatorsProps {
  /** How many panels are side by side at most. */
  panels: number;
  /** The element whose CSS variables hold the templates of the columns. */
  container: RefObject<HTMLElement | null>;
}

/** The edges between the columns, which a mouse or the keyboard moves. A width of the container has one row of them. */
export function ColumnSeparators({ panels, container }: ColumnSeparatorsProps) {
  return rowsOf(panels).map(({ columns, className }) => (
    <Separators key={columns} columns={columns} className={className} container={container} />
  ));
}

interface SeparatorsProps extends Pick<ColumnSeparatorsProps, 'container'> {
  columns: number;
  className: string;
}

function useColumns({ columns, container }: SeparatorsProps) {
  const { layout, change } = useReadingLayout();
  const weights = layout.columns[columns] ?? equalColumns(columns);
  return {
    weights,
    /** Shows widths while an edge is being dragged, without rendering the panels again. */
    show: (next: ColumnWeights) =>
      container.current?.style.setProperty(columnsVariable(columns), columnTemplate(next)),
    keep: (next: ColumnWeights) => change({ columns: { ...layout.columns, [columns]: next } }),
  };
}

/** A grid with the columns of the panels, so that each separator is exactly between two of them. */
function Separators(props: SeparatorsProps) {
  const { columns, className } = props;
  const row = useRef<HTMLDivElement>(null);
  const { weights, show, keep } = useColumns(props);
  const widths = () => Array.from(row.current?.children ?? [], (cell) => cell.getBoundingClientRect().width);
  return (
    <div ref={row} className={cn('pointer-events-none absolute inset-0 hidden gap-3', className)}>
      {weights.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column has nothing but its place
        <div key={index} className="relative">
          {index < columns - 1 && (
            <Separator
              index={index}
              percent={sharePercent(weights, index)}
              widths={widths}
              onShow={show}
              onKeep={keep}
              onReset={() => keep(equalColumns(columns))}
            />
          )}
        </div>
      ))}
    </div>
  );
}

interface SeparatorProps {
  index: number;
  percent: number;
  widths: () => number[];
  onShow: (weights: ColumnWeights) => void;
  onKeep: (weights: ColumnWeights) => void;
  onReset: () => void;
}

function keyDelta({ key, shiftKey }: KeyboardEvent): number | undefined {
  const step = shiftKey ? BIG_STEP_PX : STEP_PX;
  return { ArrowLeft: -step, ArrowRight: step, Home: -FAR_PX, End: FAR_PX }[key];
}

function Separator({ index, percent, widths, onShow, onKeep, onReset }: SeparatorProps) {
  const drag = useDragSideways({
    begin: () => {
      const from = widths();
      return (deltaPx) => resizedColumns({ widths: from, index, deltaPx });
    },
    onMove: onShow,
    onEnd: onKeep,
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const deltaPx = keyDelta(event);
    if (event.key !== 'Enter' && deltaPx === undefined) return;
    event.preventDefault();
    if (deltaPx === undefined) onReset();
    else onKeep(resizedColumns({ widths: widths(), index, deltaPx }));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of column ${index + 1}`}
      aria-valuenow={percent}
      aria-valuemin={SHARE_PERCENT.min}
      aria-valuemax={SHARE_PERCENT.max}
      tabIndex={0}
      title="Drag, or press the arrow keys. A double click or Enter makes all columns equal."
      {...drag}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
      className={cn(
        'group/edge pointer-events-auto absolute inset-y-0 -right-3 grid w-3 cursor-col-resize touch-none place-items-center',
        'rounded-full outline-none',
      )}
    >
      <span
        className={cn(
          'h-12 w-1 rounded-full bg-border transition-[background-color,height] duration-150',
          'group-hover/edge:h-20 group-hover/edge:bg-muted-foreground group-active/edge:bg-ring',
          'group-focus-visible/edge:h-full group-focus-visible/edge:bg-ring',
        )}
      />
    </div>
  );
}
