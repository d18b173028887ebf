import { claim } from './routers/run/claim.ts';
import { complete } from './routers/run/complete.ts';
import { runnerRouterOf } from './trpc.ts';

/** The router for runners, which authenticate only with the token of their run. */
export const runnerRouter = runnerRouterOf({ run: runnerRouterOf({ claim, complete }) });
