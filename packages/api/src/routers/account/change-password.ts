import { AppError } from '@aideator/contract/errors';
import { z } from 'zod';
import { changePassword as change } from '../../services/accounts/change-password.ts';
import { newPasswordSchema } from '../../services/domain/password.ts';
import { personProcedure } from '../../trpc.ts';

const input = z.object({ currentPassword: z.string(), newPassword: newPasswordSchema });

/** Changes the person's own password. Every other browser has to sign in again. */
export const changePassword = personProcedure.input(input).mutation(async ({ ctx, input: given }) => {
  const { id: userId, signInId } = ctx.person;
  if (signInId === undefined) throw new AppError('forbidden', 'only a browser can change a password');
  await change(ctx.deps, { ...given, userId, signInId });
});
