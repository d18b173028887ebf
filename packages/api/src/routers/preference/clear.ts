import { clearPreferenceSchema } from '@aideator/contract/preference-input';
import { clearPreference } from '../../services/turns/preferences.ts';
import { personProcedure } from '../../trpc.ts';

/** Clears the verdict on a turn, or only the named one. */
export const clear = personProcedure
  .input(clearPreferenceSchema)
  .mutation(({ ctx, input }) => clearPreference(ctx.deps, { ...input, userId: ctx.person.id }));
