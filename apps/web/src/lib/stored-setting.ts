import { useSyncExternalStore } from 'react';

/** A setting that this browser remembers. All tabs see a change at once. */
export interface StoredSetting {
  /** The stored text; null if there is none, on the server, or if the browser refuses storage. */
  useStored: () => string | null;
  write: (value: string) => void;
}

/** `key`: its key in the browser's storage. */
export function createStoredSetting(key: string): StoredSetting {
  // `storage` events reach other tabs only.
  const changed = `${key}-changed`;
  function read(): string | null {
    try {
      return window.localStorage.getItem(key);
    } catch {
      // The browser refuses storage.
      return null;
    }
  }
  function subscribe(onChange: () => void): () => void {
    window.addEventListener('storage', onChange);
    window.addEventListener(changed, onChange);
    return () => {
      window.removeEventListener('storage', onChange);
      window.removeEventListener(changed, onChange);
    };
  }
  return {
    useStored: () => useSyncExternalStore(subscribe, read, () => null),
    write(value) {
      try {
        window.localStorage.setItem(key, value);
      } catch {
        // As above: the setting stays what it was.
      }
      window.dispatchEvent(new Event(changed));
    },
  };
}
