'use client';

import { createContext, type ReactNode, use, useState } from 'react';
import { focusedTabSlots } from './focused-tab-slots.ts';
import { lockSlots, type StreamSlots } from './stream-slots.ts';

function browserSlots(): StreamSlots {
  // Undefined on plain HTTP, although the types say otherwise.
  const locks = navigator.locks as LockManager | undefined;
  if (locks) return lockSlots(locks);
  return focusedTabSlots({
    openChannel: (name) => new BroadcastChannel(name),
    onFocus: (callback) => window.addEventListener('focus', callback),
    now: Date.now,
    random: Math.random,
  });
}

/** Defers `make` to the first stream, because the server has no browser APIs. */
function createOnce(make: () => StreamSlots): () => StreamSlots {
  let slots: StreamSlots | undefined;
  return () => {
    slots ??= make();
    return slots;
  };
}

const StreamSlotsContext = createContext<(() => StreamSlots) | null>(null);

/** Shares the slots of this browser among all live streams of a page. */
export function StreamSlotsProvider({
  children,
  make = browserSlots,
}: {
  children: ReactNode;
  make?: () => StreamSlots;
}) {
  const [get] = useState(() => createOnce(make));
  return <StreamSlotsContext value={get}>{children}</StreamSlotsContext>;
}

/** Returns the slots of this browser. Call it in an effect. Throws outside of the provider. */
export function useStreamSlots(): () => StreamSlots {
  const get = use(StreamSlotsContext);
  if (!get) throw new Error('not inside a StreamSlotsProvider');
  return get;
}
