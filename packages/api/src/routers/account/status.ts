import { accountStatus } from '../../services/accounts.ts';
import { publicProcedure } from '../../trpc.ts';

/** Whether anybody has an account, and whether one can be made. */
export const status = publicProcedure.query(({ ctx }) => accountStatus(ctx.deps));
