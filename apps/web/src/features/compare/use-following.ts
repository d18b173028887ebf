import { useEffect, useEffectEvent, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { scrollBehavior } from './scroll-behavior.ts';

/** Asks all panels of a turn that came to their end by themselves to go to their start. */
export interface FromTheStart {
  /** How often it was asked for. */
  count: number;
  ask: () => void;
}

/** Nearer to the start than this, in pixels, an answer is read from its start anyway. */
const START_PX = 24;

/**
 * Follows an answer while it comes, until the person scrolls up. Once it is whole it stays where it is: somebody may be
 * reading its last lines. The way to its start is one click then, for all panels that nobody has scrolled.
 */
export function useFollowing(running: boolean, fromTheStart: FromTheStart) {
  // What was already whole when the page came is read from its beginning.
  const [initial] = useState<'instant' | false>(running ? 'instant' : false);
  const { scrollRef, contentRef, scrollToBottom, stopScroll, isAtBottom } = useStickToBottom({
    initial,
    resize: 'instant',
  });
  /** It stands at its end because it followed the answer, not because somebody scrolled there. */
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

  // The button that was pressed goes away: without this the focus would be nowhere.
  const keepFocus = () => scrollRef.current?.focus({ preventScroll: true });
  return {
    scrollRef,
    contentRef,
    onScroll: (scrollTop: number) => setAway(scrollTop > START_PX),
    /** Set while the answer goes on out of sight. */
    jumpToLatest:
      running && !isAtBottom
        ? () => {
            keepFocus();
            void scrollToBottom('instant');
          }
        : undefined,
    /** Set when it is over and nobody has scrolled it. */
    readFromStart: leftAtEnd
      ? () => {
          keepFocus();
          fromTheStart.ask();
        }
      : undefined,
  };
}
