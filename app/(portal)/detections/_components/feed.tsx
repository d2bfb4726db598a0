"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Chip, SeverityMark, StatusPill } from "#components/detections/marks.tsx";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import { statusLabel, targetStatuses } from "#lib/domain/status.ts";
import type { FeedQuery } from "#lib/schemas/detections.ts";
import type { FeedPage } from "#lib/services/detections/list.ts";
import { refreshNow } from "../actions.ts";

type Props = { first: FeedPage; query: FeedQuery; canTriage: boolean; canConfigure: boolean };

const field = "min-h-11 rounded-md border border-line bg-raised px-2 text-base md:min-h-9 md:text-sm";

export function Feed({ first, query, canConfigure }: Props) {
  const router = useRouter();
  const [pages, setPages] = useState([first]);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, startTransition] = useTransition();
  const last = pages.at(-1) ?? first;
  const items = pages.flatMap((page) => page.items);
  const troubled = first.configurations.filter((one) =>
    ["Degraded", "Action needed"].includes(one.health.word),
  );

  const addressOf = (changes: Partial<Record<keyof FeedQuery, string>>) => {
    const all: Record<string, string> = {
      severity: query.severity.join(","),
      status: query.status.join(","),
      configuration: query.configuration.join(","),
      range: query.range,
      q: query.q,
      ...changes,
    };
    return `/detections?${new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ""))}`;
  };
  const go = (changes: Partial<Record<keyof FeedQuery, string>>) => router.push(addressOf(changes));

  async function more() {
    const address = addressOf({}).replace("/detections", "/api/feed");
    const response = await fetch(`${address}&cursor=${encodeURIComponent(last.nextCursor ?? "")}`);
    if (!response.ok) {
      setFailed("The next page could not be loaded. What you see stays as it was; try again.");
      return;
    }
    setFailed(null);
    setPages([...pages, (await response.json()) as FeedPage]);
  }

  function refresh() {
    startTransition(async () => {
      await refreshNow(first.configurations.map((one) => one.id));
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      router.refresh();
    });
  }

  return (
    <div className="mx-auto max-w-6xl">
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Detections</h1>
        <span className="text-sm text-muted">
          {first.configurations[0]?.lastGoodSyncAt ? (
            <>
              Last read <Moment iso={first.configurations[0].lastGoodSyncAt} nowIso={first.now} />
            </>
          ) : null}
        </span>
        <Button className="ml-auto" onClick={refresh} disabled={busy}>
          {busy ? "Reading …" : "Refresh"}
        </Button>
      </div>
      <form
        className="mb-4 flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          go({ q: String(new FormData(event.currentTarget).get("q") ?? "") });
        }}
      >
        <input
          aria-label="Search detections"
          name="q"
          defaultValue={query.q}
          placeholder="Search"
          className={`${field} flex-1`}
        />
        <select
          aria-label="Severity"
          className={field}
          value={query.severity[0] ?? ""}
          onChange={(event) => go({ severity: event.target.value })}
        >
          <option value="">All severities</option>
          {severities.map((one) => (
            <option key={one} value={one}>
              {`${severityLabel[one]} (${first.counts.severity[one] ?? 0})`}
            </option>
          ))}
        </select>
        <select
          aria-label="Status"
          className={field}
          value={query.status[0] ?? ""}
          onChange={(event) => go({ status: event.target.value })}
        >
          <option value="">All statuses</option>
          {targetStatuses.map((one) => (
            <option key={one} value={one}>
              {`${statusLabel[one]} (${first.counts.status[one] ?? 0})`}
            </option>
          ))}
        </select>
        <select
          aria-label="Configuration"
          className={field}
          value={query.configuration[0] ?? ""}
          onChange={(event) => go({ configuration: event.target.value })}
        >
          <option value="">All configurations</option>
          {first.configurations.map((one) => (
            <option key={one.id} value={one.id}>
              {one.displayName}
            </option>
          ))}
        </select>
        <select
          aria-label="Time range"
          className={field}
          value={query.range}
          onChange={(event) => go({ range: event.target.value })}
        >
          <option value="1h">Last hour</option>
          <option value="24h">Last 24 hours</option>
          <option value="7d">Last 7 days</option>
          <option value="30d">Last 30 days</option>
          <option value="all">Any time</option>
        </select>
      </form>
      {troubled.map((one) => (
        <div key={one.id} className="mb-3">
          <Notice tone="warning" title={`${one.displayName}: ${one.health.word}`}>
            {one.health.reason} {one.health.remedy}{" "}
            {one.lastGoodSyncAt ? (
              <>
                Last read <Moment iso={one.lastGoodSyncAt} nowIso={first.now} />.
              </>
            ) : (
              "It was never read."
            )}
          </Notice>
        </div>
      ))}
      {items.length === 0 ? <Empty first={first} query={query} canConfigure={canConfigure} /> : null}
      <ul className="divide-y divide-line rounded-lg border border-line bg-raised empty:hidden">
        {items.map((item) => (
          <li key={item.id}>
            <Link
              href={`/detections/${item.id}`}
              className="grid gap-1 p-3 hover:bg-surface md:grid-cols-[120px_1fr_auto_auto] md:items-center md:gap-4"
            >
              <SeverityMark severity={item.severity} />
              <span className="min-w-0">
                <span className="block truncate font-medium">{item.title}</span>
                <span className="block truncate text-sm text-muted">
                  {[item.resourceName, item.configurationName, item.provider, item.tactics.join(", ")]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              </span>
              <span className="flex flex-wrap items-center gap-2">
                {item.isSample ? <Chip>SAMPLE</Chip> : null}
                {item.isIncident ? <Chip>Incident</Chip> : null}
                {item.acknowledgedBy ? <Chip>{item.acknowledgedBy}</Chip> : null}
                <StatusPill status={item.status} />
                {item.pendingStatus ? (
                  <Chip>{`Sending ${statusLabel[item.pendingStatus]} to Azure …`}</Chip>
                ) : null}
                {item.syncState === "diverged" || item.syncState === "failed" ? (
                  <Chip>Not as asked</Chip>
                ) : null}
              </span>
              <span className="text-sm whitespace-nowrap text-muted">
                <Moment iso={item.occurredAt} nowIso={first.now} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {failed ? <p className="mt-3 text-sm text-danger">{failed}</p> : null}
      {last.nextCursor ? (
        <Button className="mt-4" onClick={() => void more()}>
          Show more
        </Button>
      ) : null}
    </div>
  );
}

function Empty({ first, query, canConfigure }: { first: FeedPage; query: FeedQuery; canConfigure: boolean }) {
  if (first.configurations.length === 0) {
    return (
      <Notice title="No alerts yet: nothing is connected">
        {canConfigure ? (
          <Link className={`${buttonStyle({ tone: "primary" })} mt-3`} href="/settings/configurations/new">
            Connect Defender for Cloud
          </Link>
        ) : (
          "An admin connects Defender for Cloud under Settings."
        )}
      </Notice>
    );
  }
  const filtered =
    query.q ||
    query.severity.length ||
    query.status.length ||
    query.configuration.length ||
    query.range !== "30d";
  return filtered ? (
    <Notice title="Nothing matches these filters">
      <Link className="underline" href="/detections">
        Clear the filters
      </Link>
    </Notice>
  ) : (
    <Notice title="No alerts in the last 30 days">
      To see what one looks like: Azure portal, Defender for Cloud, Security alerts, Sample alerts.
    </Notice>
  );
}
