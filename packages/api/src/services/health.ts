import { ping } from '@aideator/db/queries/health';
import type { ApiDeps } from '../deps.ts';

export interface Health {
  status: 'ok' | 'unavailable';
  database: 'ok' | 'unreachable';
  gateway: 'ok' | 'unreachable';
}

/** Whether a turn could be taken now: not while this process is leaving. A gateway that is away is told, but does not make the app unready: old sessions open. */
export async function checkHealth(deps: Pick<ApiDeps, 'db' | 'catalogue' | 'collectors'>): Promise<Health> {
  const [database, gateway] = await Promise.all([
    ping(deps.db).then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    ),
    deps.catalogue.list().then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    ),
  ]);
  const isReady = database === 'ok' && !deps.collectors.leaving;
  return { status: isReady ? 'ok' : 'unavailable', database, gateway };
}
