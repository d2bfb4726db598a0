import type { Metadata } from "next";
import { requirePage } from "#lib/auth/session.ts";
import { listAudit } from "#lib/services/audit/list.ts";

export const metadata: Metadata = { title: "Audit log" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function AuditLogPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage("settings.manage");
  const entries = await listAudit(ctx, await searchParams);
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Audit log</h1>
      <ul className="divide-y divide-line rounded-lg border border-line bg-raised text-sm">
        {entries.map((one) => (
          <li key={one.id} className="p-3">
            <p>
              <strong>{one.actor}</strong> {one.action}{" "}
              <span className="text-muted">
                {one.subject} {one.subjectId}
              </span>
            </p>
            <p className="break-all text-muted">
              {one.at.toISOString().slice(0, 19).replace("T", " ")} UTC {JSON.stringify(one.detail)}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
