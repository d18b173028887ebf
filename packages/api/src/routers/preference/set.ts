import { setPreferenceSchema } from '@aideator/contract/preference-input';
import { setPreference } from '../../services/turns/preferences.ts';
import { personProcedure } from '../../trpc.ts';

/** Gives a ballot on a turn, which replaces the person's current verdict. Can be repeated. Returns the current verdict. */
export const set = personProcedure
  .input(setPreferenceSchema)
  .mutation(({ ctx, input }) => setPreference(ctx.deps, { ...input, userId: ctx.person.id }));
