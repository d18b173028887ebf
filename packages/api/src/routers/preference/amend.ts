import { amendPreferenceSchema } from '@aideator/contract/preference-input';
import { amendPreference } from '../../services/turns/preferences.ts';
import { personProcedure } from '../../trpc.ts';

/** Adds the worst, reasons or the response to continue with to the current verdict. Its circumstances stay. */
export const amend = personProcedure
  .input(amendPreferenceSchema)
  .mutation(({ ctx, input }) => amendPreference(ctx.deps, { ...input, userId: ctx.person.id }));
