import { listModels } from '../../services/models/list-models.ts';
import { personProcedure } from '../../trpc.ts';

/** The models that a person can choose, and those that need a key first. */
export const list = personProcedure.query(({ ctx }) => listModels(ctx.deps, ctx.person.id));
