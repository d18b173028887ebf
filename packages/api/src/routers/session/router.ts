import { router } from '../../trpc.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { rename } from './rename.ts';
import { restore } from './restore.ts';
import { turns } from './turns.ts';

export const sessionRouter = router({ list, get, turns, create, rename, delete: remove, restore });
