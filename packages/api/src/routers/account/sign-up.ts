import { PERSON_NAME_CHARS_MAX } from '@aideator/contract/limits';
import { z } from 'zod';
import { signUp as createAccount } from '../../services/accounts/accounts.ts';
import { EMAIL_CHARS_MAX, hasControlCharacter } from '../../services/domain/email.ts';
import { newPasswordSchema } from '../../services/domain/password.ts';
import { publicProcedure } from '../../trpc.ts';

const input = z.object({
  email: z.email().max(EMAIL_CHARS_MAX),
  password: newPasswordSchema,
  name: z
    .string()
    .max(PERSON_NAME_CHARS_MAX)
    .refine((text) => text.isWellFormed() && !hasControlCharacter(text), 'cannot contain control characters')
    .optional(),
});

/** Creates an account. The first one is the admin. */
export const signUp = publicProcedure
  .input(input)
  .mutation(({ ctx, input: given }) =>
    createAccount(ctx.deps, { ...given, clientAddress: ctx.clientAddress }),
  );
