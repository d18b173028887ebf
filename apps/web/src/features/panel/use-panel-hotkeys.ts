import type { TurnView } from '@aideator/contract/views';
import { type RefObject, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { panelHotkey } from './panel-hotkeys.ts';

interface PanelHotkeysOptions {
  turn: TurnView;
  root: RefObject<HTMLElement | null>;
}

const isVisible = (element: Element): boolean => element.getClientRects().length > 0;

function click(root: HTMLElement, selector: string): void {
  flushSync(() => root.querySelector<HTMLElement>(selector)?.click());
}

/** Shows the panel if another one is read alone or if it is folded away. */
function shownPanel(root: HTMLElement, position: number): HTMLElement | null {
  const find = () => root.querySelector<HTMLElement>(`[data-panel="${position}"]`);
  // The panel is not rendered while another one is read alone. Its tab shows it.
  if (!find()) click(root, `[data-tab="${position}"]`);
  const panel = find();
  if (panel && !isVisible(panel)) click(root, 'button[data-unfold]');
  return panel;
}

function goTo(panel: HTMLElement | null): void {
  panel?.focus({ preventScroll: true });
  panel?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

/** Expands the panel that has the focus, or else the first one; or brings all of them back. */
function toggleAlone(root: HTMLElement): void {
  const focused = document.activeElement?.closest<HTMLElement>('[data-panel]');
  const panel = focused && root.contains(focused) ? focused : root.querySelector<HTMLElement>('[data-panel]');
  const toggle = panel?.querySelector<HTMLElement>('button[data-alone-toggle]');
  if (!panel || !toggle || !isVisible(toggle)) return;
  flushSync(() => toggle.click());
  goTo(panel);
}

/** Alt+1 … 6 go to a panel, Alt+Shift+1 … 6 prefer it, Alt+0 shows one alone, Alt+Shift+0 ranks all. */
export function usePanelHotkeys({ turn, root }: PanelHotkeysOptions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const hotkey = panelHotkey(event);
      if (!root.current || !hotkey) return;
      if (hotkey.action === 'rank' || hotkey.action === 'alone') {
        event.preventDefault();
        if (hotkey.action === 'alone') toggleAlone(root.current);
        else root.current.querySelector<HTMLButtonElement>('button[data-rank]:not(:disabled)')?.click();
        return;
      }
      const response = turn.responses[hotkey.index];
      if (!response) return;
      event.preventDefault();
      const panel = shownPanel(root.current, response.position);
      goTo(panel);
      if (hotkey.action !== 'prefer' || turn.responses.length < 2) return;
      // The button is disabled while the response cannot be preferred.
      panel?.querySelector<HTMLButtonElement>('button[data-prefer]:not(:disabled)')?.click();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [turn, root]);
}
