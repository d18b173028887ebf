import 'server-only';
import { appRouter } from '@aideator/api/root';
import { createCallerFactory } from '@aideator/api/trpc';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { headers } from 'next/headers';
import { cache } from 'react';
import { createContext } from '~/server/context.ts';
import { makeQueryClient } from './query-client.ts';

/** One context per request, so that authentication runs once and no person sees another's data. */
const requestContext = cache(async () => createContext(await headers()));
const createCaller = createCallerFactory(appRouter);

/** Calls procedures from a page without HTTP. */
export const serverCaller = async () => createCaller(await requestContext());

export const getQueryClient = cache(() => makeQueryClient());

/** For prefetching on the server: `queryClient.prefetchQuery(trpc.x.y.queryOptions(…))`. */
export const trpc = createTRPCOptionsProxy({
  ctx: requestContext,
  router: appRouter,
  queryClient: getQueryClient,
});
