import { appRouter } from '@aideator/api/root';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { env } from '~/env';
import { createContext } from '~/server/context';
import { getDeps } from '~/server/deps';
import { cuttable } from '~/server/live-streams';
import { refusal } from '~/server/request-guard';

export const dynamic = 'force-dynamic';

const BATCH_SIZE_MAX = 20;

async function handle(request: Request): Promise<Response> {
  const refused = refusal(request, env.NEXTAUTH_URL);
  if (refused) return Response.json({ error: { message: refused.reason } }, { status: refused.status });
  const deps = await getDeps();
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    maxBatchSize: BATCH_SIZE_MAX,
    createContext: () => createContext(request.headers),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        deps.log.error({ err: error.cause ?? error, path }, 'a call failed');
    },
  });
  return cuttable(response);
}

export { handle as GET, handle as POST };
