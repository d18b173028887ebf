/** The class of the placeholder button and of the menu's own trigger. */
export const ROW_MENU_TRIGGER_CLASS = [
  'absolute top-1/2 right-1 grid size-7 -translate-y-1/2 touch:right-0 touch:size-10 place-items-center rounded-md text-muted-foreground',
  'hover:text-foreground focus-visible:opacity-100 data-popup-open:opacity-100',
  // Always visible on devices without hover.
  'pointer-fine:opacity-0 pointer-fine:group-hover/row:opacity-100',
].join(' ');
