import { useEffect } from 'react';

interface Shortcuts {
  toggleSidebar: () => void;
  newChat: () => void;
}

/** Mod+Shift+S shows and hides the sidebar, Mod+Shift+O starts a new chat; as in other chat apps. */
export function useShortcuts({ toggleSidebar, newChat }: Shortcuts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || !event.shiftKey || event.altKey) return;
      const action = { KeyS: toggleSidebar, KeyO: newChat }[event.code];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [toggleSidebar, newChat]);
}
