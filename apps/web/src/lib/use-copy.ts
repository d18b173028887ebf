import { useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';

const SHOWN_MS = 1_600;

export type CopyState = 'idle' | 'copied' | 'failed';

/** Copies through a selection, which also works over plain HTTP. Returns false if the browser refuses. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position:fixed;top:0;left:-9999px';
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  // A dialog takes the focus back from whatever is outside of it.
  const container = focused?.closest('[role=dialog], [role=alertdialog], [role=menu]') ?? document.body;
  container.append(field);
  try {
    field.select();
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    focused?.focus({ preventScroll: true });
  }
}

/** True when the text is in the clipboard. The clipboard API exists only over HTTPS and on localhost, and may be refused. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused: the older way needs no permission.
  }
  return copyBySelection(text);
}

/** Copies text and shows the outcome for a moment. A failure also shows a toast, because a menu is closed by then. */
export function useCopy(): { state: CopyState; copy: (text: string) => void } {
  const [state, setState] = useState<CopyState>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function show(next: CopyState): void {
    clearTimeout(timer.current);
    setState(next);
    timer.current = setTimeout(() => setState('idle'), SHOWN_MS);
  }

  function copy(text: string): void {
    copyText(text).then((isCopied) => {
      show(isCopied ? 'copied' : 'failed');
      if (!isCopied) toast.error('Not copied: the browser refused. Select the text and copy it by keyboard.');
    });
  }

  return { state, copy };
}
