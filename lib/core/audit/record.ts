import type { Transaction } from "#db/client.ts";
import { insertAuditEvent } from "#db/queries/identity/audit.ts";
import type { AuditAction } from "#lib/domain/audit.ts";
import type { Json } from "#lib/domain/detection.ts";
import { newId } from "#lib/platform/ids.ts";
import { actorId, type Context } from "../context.ts";

/** Writes an audit entry of what the actor did, in the transaction that does it. `detail` must not contain a secret. */
export async function recordAudit(
  ctx: Context,
  tx: Transaction,
  action: AuditAction,
  subject: { kind: string; id: string },
  detail: { [key: string]: Json } = {},
): Promise<void> {
  const { actor } = ctx;
  const via: { [key: string]: Json } =
    actor.kind === "user" && actor.token ? { token: actor.token.name } : {};
  await insertAuditEvent(tx, ctx.actor.organisationId, {
    id: newId(),
    at: ctx.services.now(),
    actorId: actorId(ctx.actor),
    actor: ctx.actor.name,
    action,
    subject: subject.kind,
    subjectId: subject.id,
    detail: { ...detail, ...via },
  });
}
