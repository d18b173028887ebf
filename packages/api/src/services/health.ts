import { ping } from '@aideator/db/queries/health';
import type { ApiDeps } from '../deps.ts';

export interface Health {
  status: 'ok' | 'unavailable';
  database: 'ok' | 'unreachable';
  gateway: 'ok' | 'unreachable';
}

/**
 * Whether this process can accept a turn, which it cannot while it drains. Reports an unreachable gateway, but stays ready
 * then, because stored sessions still open.
 */
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
  const isReady = database === 'ok' && !deps.collectors.isDraining;
  return { status: isReady ? 'ok' : 'unavailable', database, gateway };
}
