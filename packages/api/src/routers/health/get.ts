import { checkHealth } from '../../services/health.ts';
import { publicProcedure } from '../../trpc.ts';

/** Whether this process can accept a turn. */
export const health = publicProcedure.query(({ ctx }) => checkHealth(ctx.deps));
