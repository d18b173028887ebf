import { logFailedCall } from '@aideator/api/log-failed-call';
import { appRouter } from '@aideator/api/root';
import { CALLS_PER_BATCH_MAX } from '@aideator/contract/limits';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { env } from '~/env';
import { getPerson, type SignedInPerson } from '~/server/auth/person';
import { contextOf } from '~/server/context';
import { getDeps } from '~/server/deps';
import { abortable, isEventStream } from '~/server/live-streams';
import { refusal } from '~/server/request-guard';

export const dynamic = 'force-dynamic';

async function handle(request: Request): Promise<Response> {
  const response = await reply(request);
  response.headers.set('cache-control', cacheControl(response));
  // Opened as a page, a reply is saved and never rendered.
  response.headers.set('content-disposition', 'attachment; filename="api.json"');
  return response;
}

/** `no-transform` keeps Next and proxies from compressing an event stream, which would delay its events. */
function cacheControl(response: Response): string {
  return isEventStream(response) ? 'no-store, no-transform' : 'no-store';
}

async function reply(request: Request): Promise<Response> {
  const refused = refusal(request, env.NEXTAUTH_URL);
  if (refused) return Response.json({ error: { message: refused.reason } }, { status: refused.status });
  const deps = await getDeps();
  let person: SignedInPerson | null = null;
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    maxBatchSize: CALLS_PER_BATCH_MAX,
    createContext: async () => {
      person = await getPerson(request.headers);
      return contextOf(request.headers, person);
    },
    onError: ({ error, path, ctx }) =>
      logFailedCall(deps.log, { error, path, caller: 'person', personId: ctx?.person?.id }),
  });
  return abortable(response, person ?? undefined);
}

export { handle as GET, handle as POST };
