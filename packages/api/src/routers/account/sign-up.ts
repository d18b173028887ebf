import { z } from 'zod';
import { signUp as createAccount } from '../../services/accounts.ts';
import { publicProcedure } from '../../trpc.ts';

const PASSWORD_CHARS_MIN = 10;

const input = z.object({
  email: z.email().max(254),
  password: z.string().min(PASSWORD_CHARS_MIN, `at least ${PASSWORD_CHARS_MIN} characters`).max(1_000),
  name: z
    .string()
    .max(100)
    .refine((text) => !text.includes('\0'), 'cannot hold a NUL character')
    .optional(),
});

/** Makes an account; the first one is the admin. */
export const signUp = publicProcedure
  .input(input)
  .mutation(({ ctx, input: given }) =>
    createAccount(ctx.deps, { ...given, clientAddress: ctx.clientAddress }),
  );
