import { AppError } from '@aideator/contract/errors';
import { initTRPC, type TRPCError } from '@trpc/server';
import superjson from 'superjson';
import type { Context } from './context.ts';
import type { ApiDeps } from './deps.ts';
import { publicError, toTrpcError } from './errors.ts';

/** Shorter than the client's inactivity limit. Otherwise the client would reconnect every quiet stream. */
const SSE_PING_MS = 2_000;
const SSE_RECONNECT_AFTER_MS = 5_000;

function shown<Shape extends { message: string; data: object }>(shape: Shape, error: TRPCError) {
  const { message, ...facts } = publicError(error);
  return { ...shape, message, data: { ...shape.data, ...facts, stack: undefined } };
}

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: SSE_PING_MS },
    client: { reconnectAfterInactivityMs: SSE_RECONNECT_AFTER_MS },
  },
  errorFormatter: ({ shape, error }) => shown(shape, error),
});

export const { router, createCallerFactory } = t;

/** Checks the result, because `next()` resolves with ok:false instead of throwing. */
const appErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof AppError) throw toTrpcError(result.error.cause);
  return result;
});

/** Open to everyone. */
export const publicProcedure = t.procedure.use(appErrors);

/** For people who are signed in; `ctx.person` is set. */
export const personProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.person) throw toTrpcError(new AppError('unauthorized'));
  return next({ ctx: { ...ctx, person: ctx.person } });
});

/** For calls that start runs. A draining process refuses them before anything is stored. */
export const startingProcedure = personProcedure.use(({ ctx, next }) => {
  if (ctx.deps.collectors.isDraining)
    throw toTrpcError(new AppError('unavailable', 'the server is shutting down'));
  return next();
});

export interface RunnerContext {
  deps: ApiDeps;
}

/** tRPC for runners. Uses plain JSON, because a runner bundles no libraries. */
const r = initTRPC.context<RunnerContext>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => shown(shape, error),
});

export const runnerRouterOf = r.router;
export const runnerProcedure = r.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof AppError) throw toTrpcError(result.error.cause);
  return result;
});
