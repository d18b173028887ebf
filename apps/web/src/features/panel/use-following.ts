import { useEffect, useEffectEvent, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { scrollBehavior } from '~/lib/scroll-behavior.ts';

/** Scrolls all panels of a turn that followed their answer to the end back to the start. */
export interface FromTheStart {
  /** How often this was requested. */
  count: number;
  ask: () => void;
}

/** Within this distance from the top, in pixels, there is no need for a button to the start. */
const START_PX = 24;

/**
 * Follows an answer while it streams, until the person scrolls up. A complete answer stays where it is, because the person may
 * be reading its last lines. One click then leads to the start, in all panels that were not scrolled by hand.
 */
export function useFollowing(running: boolean, fromTheStart: FromTheStart) {
  // An answer that was complete when the page loaded is shown from its start.
  const [initial] = useState<'instant' | false>(running ? 'instant' : false);
  const { scrollRef, contentRef, scrollToBottom, stopScroll, isAtBottom } = useStickToBottom({
    initial,
    resize: 'instant',
  });
  /** The panel is at its end because it followed the answer, not because the person scrolled there. */
  const [followed, setFollowed] = useState(running);
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!running) return;
    setFollowed(true);
    void scrollToBottom('instant');
  }, [running, scrollToBottom]);
  useEffect(() => {
    if (!running && !isAtBottom) setFollowed(false);
  }, [running, isAtBottom]);

  const leftAtEnd = !running && followed && isAtBottom && away;
  const toStart = useEffectEvent(() => {
    if (!leftAtEnd) return;
    stopScroll();
    setFollowed(false);
    scrollRef.current?.scrollTo({ top: 0, behavior: scrollBehavior() });
  });
  useEffect(() => {
    if (fromTheStart.count > 0) toStart();
  }, [fromTheStart.count]);

  // The pressed button disappears and would take the focus with it.
  const keepFocus = () => scrollRef.current?.focus({ preventScroll: true });
  return {
    scrollRef,
    contentRef,
    /** True while the panel is where it is because it followed the answer. */
    follows: followed && isAtBottom,
    onScroll: (scrollTop: number) => setAway(scrollTop > START_PX),
    /** Set while new text arrives out of sight. */
    jumpToLatest:
      running && !isAtBottom
        ? () => {
            keepFocus();
            void scrollToBottom('instant');
          }
        : undefined,
    /** Set when the answer is complete and was not scrolled by hand. */
    readFromStart: leftAtEnd
      ? () => {
          keepFocus();
          fromTheStart.ask();
        }
      : undefined,
  };
}
