import { listModels } from '../../services/list-models.ts';
import { personProcedure } from '../../trpc.ts';

/** The models that can be chosen, and those that need a key first. */
export const list = personProcedure.query(({ ctx }) => listModels(ctx.deps, ctx.person.id));
