import { signOutEverywhere as endSessions } from '../../services/accounts/sign-in.ts';
import { personProcedure } from '../../trpc.ts';

/** Ends all sign-ins of the person, including this one. */
export const signOutEverywhere = personProcedure.mutation(({ ctx }) => endSessions(ctx.deps, ctx.person.id));
