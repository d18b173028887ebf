import { accountRouter } from './routers/account/router.ts';
import { health } from './routers/health/get.ts';
import { modelRouter } from './routers/model/router.ts';
import { preferenceRouter } from './routers/preference/router.ts';
import { providerKeyRouter } from './routers/provider-key/router.ts';
import { responseRouter } from './routers/response/router.ts';
import { sessionRouter } from './routers/session/router.ts';
import { turnRouter } from './routers/turn/router.ts';
import { createCallerFactory, router } from './trpc.ts';

/** The router for people and programs. Runners have a separate router (runner-root.ts) at another address. */
export const appRouter = router({
  session: sessionRouter,
  turn: turnRouter,
  response: responseRouter,
  preference: preferenceRouter,
  model: modelRouter,
  providerKey: providerKeyRouter,
  account: accountRouter,
  health,
});

export type AppRouter = typeof appRouter;

/** Calls procedures in process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
