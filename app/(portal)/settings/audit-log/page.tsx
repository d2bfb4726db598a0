import type { Metadata } from "next";
import Link from "next/link";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { ExactMoment } from "#components/ui/moment.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { auditActionWords } from "#lib/domain/audit.ts";
import { type Status, statusLabel } from "#lib/domain/status.ts";
import { listAudit } from "#lib/core/audit/list.ts";

export const metadata: Metadata = { title: "Audit log" };

type Search = Promise<Record<string, string | string[] | undefined>>;
const field =
  "mt-1 block min-h-11 w-full rounded-md border border-line bg-raised px-2 text-base md:min-h-8 md:text-sm";

export default async function AuditLogPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage("settings.manage");
  const { query, entries, before, actors } = await listAudit(ctx, await searchParams);
  const { before: _page, ...filters } = query;
  const address = (more: Record<string, string>, path = "/settings/audit-log") => {
    const words = Object.entries({ ...filters, ...more }).filter(([, value]) => value !== "");
    return `${path}?${new URLSearchParams(words)}`;
  };
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Audit log</h1>
        <a className={`${buttonStyle()} ml-auto`} href={address({}, "/api/settings/audit-log")} download>
          Export CSV
        </a>
      </div>
      <form method="get" className="mb-4 grid items-end gap-3 text-sm md:grid-cols-[1fr_1fr_auto_auto_auto]">
        <label>
          Who
          <select name="actor" defaultValue={query.actor} className={field}>
            <option value="">Everyone</option>
            {actors.map((actor) => (
              <option key={actor}>{actor}</option>
            ))}
          </select>
        </label>
        <label>
          What
          <select name="action" defaultValue={query.action} className={field}>
            <option value="">Everything</option>
            {Object.entries(auditActionWords).map(([action, words]) => (
              <option key={action} value={action}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          From (UTC)
          <input type="date" name="from" defaultValue={query.from} className={field} />
        </label>
        <label>
          To (UTC)
          <input type="date" name="to" defaultValue={query.to} className={field} />
        </label>
        <Button type="submit">Filter</Button>
      </form>
      {entries.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line p-8 text-center text-sm text-muted">
          Nothing matches.{" "}
          <Link className="underline" href="/settings/audit-log">
            Show everything
          </Link>
        </p>
      ) : null}
      <ol className="divide-y divide-line rounded-lg border border-line bg-raised text-sm empty:hidden">
        {entries.map((entry) => (
          <li key={entry.id} className="grid gap-x-4 p-3 md:grid-cols-[1fr_auto]">
            <p className="min-w-0 break-words">
              <strong className="font-medium">{entry.actor}</strong> {auditActionWords[entry.action]}
            </p>
            <p className="text-muted md:text-right">
              <ExactMoment iso={entry.at} />
            </p>
            <Detail detail={entry.detail} subject={`${entry.subject} ${entry.subjectId}`} />
          </li>
        ))}
      </ol>
      {before ? (
        <Link className={`${buttonStyle()} mt-4`} href={address({ before })}>
          Older
        </Link>
      ) : null}
    </>
  );
}

const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isStatus = (value: unknown): value is Status =>
  typeof value === "string" && Object.hasOwn(statusLabel, value);

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  return isList ? value.join(", ") || "none" : JSON.stringify(value);
}

function Detail({ detail, subject }: { detail: { [key: string]: unknown }; subject: string }) {
  const { from, to, ...rest } = detail;
  const change = isStatus(from) && isStatus(to) ? [`${statusLabel[from]} → ${statusLabel[to]}`] : [];
  const words = Object.entries(change.length > 0 ? rest : detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${inWords(name)}: ${shown(value)}`);
  return (
    <p className="min-w-0 text-muted [overflow-wrap:anywhere] md:col-span-2">
      {[...change, ...words, subject].join(" · ")}
    </p>
  );
}
