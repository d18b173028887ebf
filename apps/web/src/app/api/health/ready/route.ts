import { checkHealth } from '@aideator/api/services/health';
import { getDeps } from '~/server/deps';

export const dynamic = 'force-dynamic';

/** Readiness: 200 if a turn could be accepted now, otherwise 503 with the reasons. */
export async function GET(): Promise<Response> {
  const health = await checkHealth(await getDeps());
  return Response.json(health, { status: health.status === 'ok' ? 200 : 503 });
}
