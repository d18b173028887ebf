import { newId, type UserId } from '@aideator/contract/ids';
import type { DbOrTx } from '../client.ts';
import { type AuditEntry, auditLog } from '../schema/audit-log.ts';

/** Adds an entry to the audit log. `detail` must not contain a prompt, an answer or a key. */
export async function insertAudit(
  db: DbOrTx,
  params: {
    actorId: UserId | null;
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
