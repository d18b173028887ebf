import { runnerRouter } from '@aideator/api/runner-root';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { getDeps } from '~/server/deps';
import { RUNNER_BODY_BYTES_MAX, tooLarge } from '~/server/request-guard';

export const dynamic = 'force-dynamic';

/** Where runners claim and hand over. No cookie counts here, only a run's token; not for the public ingress. */
export async function POST(request: Request): Promise<Response> {
  if (tooLarge(request, RUNNER_BODY_BYTES_MAX)) return new Response(null, { status: 413 });
  const deps = await getDeps();
  return fetchRequestHandler({
    endpoint: '/api/runner',
    req: request,
    router: runnerRouter,
    createContext: () => ({ deps }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        deps.log.error({ err: error.cause ?? error, path }, 'a call failed');
    },
  });
}
