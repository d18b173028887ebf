'use client';

import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { Dialog, DialogContent, DialogTitle } from '~/components/ui/dialog.tsx';
import { Kbd } from '~/components/ui/kbd.tsx';

interface Shortcut {
  /** Pressed together, in this order. */
  keys: readonly string[];
  does: string;
}

function shortcutsFor(isApple: boolean): Shortcut[] {
  const mod = isApple ? '⌘' : 'Ctrl';
  const alt = isApple ? '⌥' : 'Alt';
  const shift = isApple ? '⇧' : 'Shift';
  return [
    { keys: ['Enter'], does: 'Send the prompt' },
    { keys: [shift, 'Enter'], does: 'New line in the prompt' },
    { keys: ['Esc'], does: 'Back to all answers, or stop all models' },
    { keys: [alt, `1 … ${MODELS_PER_TURN_MAX}`], does: 'Go to an answer' },
    { keys: [alt, '0'], does: 'Read an answer alone, or all again' },
    { keys: [alt, shift, `1 … ${MODELS_PER_TURN_MAX}`], does: 'Prefer an answer' },
    { keys: [alt, shift, '0'], does: 'Rank all answers' },
    { keys: [alt, 'K'], does: 'Go to the previous prompt' },
    { keys: [alt, 'J'], does: 'Go to the next prompt' },
    { keys: [mod, shift, 'O'], does: 'New chat' },
    { keys: [mod, shift, 'S'], does: 'Show or hide the sidebar' },
  ];
}

interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The list of keyboard shortcuts. */
export function ShortcutsDialog({ open, onOpenChange }: ShortcutsDialogProps) {
  const shortcuts = open ? shortcutsFor(/Mac|iP(hone|ad|od)/.test(navigator.userAgent)) : [];
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent>
        <DialogTitle>Keyboard shortcuts</DialogTitle>
        <dl className="mt-4 divide-y text-sm">
          {shortcuts.map(({ keys, does }) => (
            <div key={does} className="flex min-h-10 items-center justify-between gap-4">
              <dt>{does}</dt>
              <dd className="flex shrink-0 gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
