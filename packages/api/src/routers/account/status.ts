import { accountStatus } from '../../services/accounts/accounts.ts';
import { publicProcedure } from '../../trpc.ts';

/** Whether an account exists, and whether one can be created. */
export const status = publicProcedure.query(({ ctx }) => accountStatus(ctx.deps));
