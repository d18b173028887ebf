/** The look and the transitions of popups that belong to a trigger. */
export const POPUP_CLASS = [
  'origin-(--transform-origin) rounded-xl border bg-popover text-popover-foreground shadow-popover outline-none',
  'transition-[opacity,scale] duration-120 ease-out',
  'data-starting-style:scale-[0.98] data-starting-style:opacity-0',
  'data-ending-style:scale-[0.98] data-ending-style:opacity-0',
].join(' ');

/** The backdrop of modal dialogs. */
export const BACKDROP_CLASS = [
  'fixed inset-0 z-40 bg-black/35 transition-opacity duration-150 dark:bg-black/60',
  'data-starting-style:opacity-0 data-ending-style:opacity-0',
].join(' ');

/** A dialog in the middle of the window. */
export const DIALOG_CLASS = [
  'fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2',
  'overflow-y-auto rounded-2xl border bg-popover p-5 text-popover-foreground shadow-popover outline-none',
  'transition-[opacity,scale] duration-150 ease-out',
  'data-starting-style:scale-[0.98] data-starting-style:opacity-0',
  'data-ending-style:scale-[0.98] data-ending-style:opacity-0',
].join(' ');
