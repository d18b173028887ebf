import { type PointerEvent, useRef } from 'react';

interface DragSideways<T> {
  /** Called when a drag begins. Returns what a move by some pixels to the right leads to. */
  begin: () => (deltaPx: number) => T;
  onMove: (value: T) => void;
  /** Called with the last value, or with the first one if the drag was called off. */
  onEnd: (value: T) => void;
}

interface Drag<T> {
  fromX: number;
  valueAt: (deltaPx: number) => T;
  value: T | undefined;
}

/** Handlers for an element that is dragged sideways. A press without a move is no drag. */
export function useDragSideways<T>({ begin, onMove, onEnd }: DragSideways<T>) {
  const drag = useRef<Drag<T>>(undefined);
  const end = () => {
    const value = drag.current?.value;
    drag.current = undefined;
    if (value !== undefined) onEnd(value);
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      // Otherwise the drag would select text.
      event.preventDefault();
      event.currentTarget.focus({ preventScroll: true });
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { fromX: event.clientX, valueAt: begin(), value: undefined };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { current } = drag;
      if (!current) return;
      const deltaPx = event.clientX - current.fromX;
      if (deltaPx === 0 && current.value === undefined) return;
      current.value = current.valueAt(deltaPx);
      onMove(current.value);
    },
    onPointerCancel: () => {
      const { current } = drag;
      if (current?.value !== undefined) current.value = current.valueAt(0);
    },
    onLostPointerCapture: end,
  };
}
