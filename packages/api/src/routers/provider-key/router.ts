import { router } from '../../trpc.ts';
import { remove } from './delete.ts';
import { list } from './list.ts';
import { set } from './set.ts';

export const providerKeyRouter = router({ list, set, delete: remove });
