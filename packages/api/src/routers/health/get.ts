import { checkHealth } from '../../services/health.ts';
import { publicProcedure } from '../../trpc.ts';

/** Whether a turn could be taken now. */
export const health = publicProcedure.query(({ ctx }) => checkHealth(ctx.deps));
