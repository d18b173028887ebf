import type { TurnView } from '@aideator/contract/views';
import { type RefObject, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { panelHotkey } from './panel-hotkeys.ts';

interface PanelHotkeysOptions {
  turn: TurnView;
  root: RefObject<HTMLElement | null>;
}

/** Alt+1 … 6 go to a panel, Alt+Shift+1 … 6 prefer it, Alt+Shift+0 ranks all. */
export function usePanelHotkeys({ turn, root }: PanelHotkeysOptions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const hotkey = panelHotkey(event);
      if (hotkey?.action === 'rank') {
        event.preventDefault();
        root.current?.querySelector<HTMLButtonElement>('button[data-rank]:not(:disabled)')?.click();
        return;
      }
      const response = hotkey && turn.responses[hotkey.index];
      if (!hotkey || !response) return;
      event.preventDefault();
      const find = () => root.current?.querySelector<HTMLElement>(`[data-panel="${response.position}"]`);
      // The panel is not rendered while another one is expanded. Its tab shows it.
      if (!find())
        flushSync(() =>
          root.current?.querySelector<HTMLElement>(`[data-tab="${response.position}"]`)?.click(),
        );
      const panel = find();
      panel?.focus({ preventScroll: true });
      panel?.scrollIntoView({ block: 'nearest', inline: 'center' });
      if (hotkey.action !== 'prefer' || turn.responses.length < 2) return;
      // The button is disabled while the response cannot be preferred.
      panel?.querySelector<HTMLButtonElement>('button[data-prefer]:not(:disabled)')?.click();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [turn, root]);
}
