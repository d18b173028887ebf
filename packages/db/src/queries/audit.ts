import { newId } from '@aideator/contract/ids';
import type { DbOrTx } from '../client.ts';
import { type AuditEntry, auditLog } from '../schema/audit-log.ts';

/** Writes down who did what. `detail` must hold no prompt, answer or key. */
export async function insertAudit(
  db: DbOrTx,
  params: {
    actorId: string | null;
    /** `<noun>.<verb>` */
    action: string;
    subjectId?: string | null;
    detail?: AuditEntry['detail'];
  },
): Promise<void> {
  await db.insert(auditLog).values({
    id: newId('audit'),
    actorId: params.actorId,
    action: params.action,
    subjectId: params.subjectId ?? null,
    detail: params.detail ?? {},
  });
}
