import { z } from "zod";
import { listAuditEvents } from "#db/queries/audit.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";

const AuditQuery = z.object({
  action: z.string().max(80).catch("").default(""),
  actor: z.string().max(200).catch("").default(""),
});

/** Settings → Audit log: the newest 200 entries that match. */
export async function listAudit(ctx: Context, query: unknown) {
  authorise(ctx, "settings.manage");
  const { action, actor } = AuditQuery.parse(query);
  return inOwnOrganisation(ctx, (tx) =>
    listAuditEvents(
      tx,
      ctx.actor.organisationId,
      { ...(action ? { action } : {}), ...(actor ? { actor } : {}) },
      200,
    ),
  );
}
