import { useEffect, useState } from 'react';
import { TIME_ZONE_COOKIE, writeCookie } from './cookies.ts';

export interface Clock {
  now: Date;
  timeZone: string;
}

/**
 * The day as sessions are grouped by. Starts with what the server drew and goes on with the browser's own, also when
 * a window that was left open overnight is looked at again.
 */
export function useClock(first: Clock): Clock {
  const [clock, setClock] = useState(first);
  useEffect(() => {
    const tick = () => {
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      writeCookie(TIME_ZONE_COOKIE, timeZone);
      setClock({ now: new Date(), timeZone });
    };
    tick();
    window.addEventListener('focus', tick);
    return () => window.removeEventListener('focus', tick);
  }, []);
  return clock;
}
