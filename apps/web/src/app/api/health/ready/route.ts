import { checkHealth } from '@aideator/api/services/health';
import { getDeps } from '~/server/deps';

export const dynamic = 'force-dynamic';

/** 200 when a turn could be taken now, else 503 with what is missing. */
export async function GET(): Promise<Response> {
  const health = await checkHealth(await getDeps());
  return Response.json(health, { status: health.status === 'ok' ? 200 : 503 });
}
