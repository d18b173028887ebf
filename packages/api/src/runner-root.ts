import { claim } from './routers/run/claim.ts';
import { complete } from './routers/run/complete.ts';
import { runnerRouterOf } from './trpc.ts';

/** What a runner may ask, proved by its run's token and nothing else. */
export const runnerRouter = runnerRouterOf({ run: runnerRouterOf({ claim, complete }) });
