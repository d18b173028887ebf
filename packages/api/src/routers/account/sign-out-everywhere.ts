import { signOutEverywhere as endSessions } from '../../services/accounts.ts';
import { personProcedure } from '../../trpc.ts';

/** Ends all sessions of the person, this one too. */
export const signOutEverywhere = personProcedure.mutation(({ ctx }) => endSessions(ctx.deps, ctx.person.id));
