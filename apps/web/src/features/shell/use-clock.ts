import { useEffect, useState } from 'react';
import { useServerClock } from '~/components/server-clock-provider.tsx';
import { TIME_ZONE_COOKIE, writeCookie } from './cookies.ts';

export interface Clock {
  /** On the server's clock, like the dates that it is compared with. */
  now: Date;
  timeZone: string;
}

/**
 * The time by which sessions are grouped into days. Starts with the time of the server's render, then follows the
 * person's time zone and clock, even in a window that stays open overnight.
 */
export function useClock(first: Clock): Clock {
  const serverClock = useServerClock();
  const [clock, setClock] = useState(first);
  useEffect(() => {
    const tick = () => {
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      writeCookie(TIME_ZONE_COOKIE, timeZone);
      setClock({ now: serverClock.now(), timeZone });
    };
    tick();
    window.addEventListener('focus', tick);
    return () => window.removeEventListener('focus', tick);
  }, [serverClock]);
  return clock;
}
