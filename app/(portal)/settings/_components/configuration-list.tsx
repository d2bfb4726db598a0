"use client";

import Link from "next/link";
import { useState } from "react";
import { Chip } from "#components/detections/marks.tsx";
import { ExpiryUnknown } from "./expiry-unknown.tsx";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { useNow } from "#components/ui/now.ts";
import { PlaceText } from "#components/ui/place-text.tsx";
import { commonWords } from "#lib/domain/vendor-words.ts";
import type { HealthState } from "#lib/domain/health.ts";
import type { ConfigurationItem } from "#lib/sources/configurations/list.ts";
import { ConfigurationActions } from "./configuration-actions.tsx";
import { HealthMark } from "./health-mark.tsx";

type Props = { configurations: ConfigurationItem[]; nowIso: string };
const cardsMax = 12;

/** The list of configurations: up to twelve as cards, or more in a table with search and sort. */
export function ConfigurationList({ configurations, nowIso }: Props) {
  if (configurations.length > cardsMax)
    return <ConfigurationTable configurations={configurations} nowIso={nowIso} />;
  return (
    <ul className="space-y-3">
      {configurations.map((configuration) => (
        <li key={configuration.id} className="rounded-lg border border-line bg-raised p-4 text-sm">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <h2 className="min-w-0 text-base font-semibold break-words">
              <Link className="hover:underline" href={`/settings/configurations/${configuration.id}`}>
                {configuration.displayName}
              </Link>
            </h2>
            <HealthMark state={configuration.health.state} />
            {configuration.environment === "test" ? <Chip>Test</Chip> : null}
            {configuration.expiry ? (
              <Chip
                tone={["notice", "doubtful"].includes(configuration.expiry.level) ? undefined : "warning"}
              >
                {`${configuration.credentialKind === "certificate" ? "Certificate" : "Secret"} ${configuration.expiry.text}`}
              </Chip>
            ) : null}
          </div>
          <p className="mt-1 break-words text-muted">
            {configuration.vendorLabel} · {configuration.authLabel} ·{" "}
            <span className="font-mono text-xs">{configuration.scopeId}</span>
          </p>
          {configuration.health.reason ? (
            <p className="mt-2 break-words">
              {configuration.health.reason} <PlaceText>{configuration.health.remedy}</PlaceText>
            </p>
          ) : null}
          <Coverage coverage={configuration.coverage} />
          {configuration.lacksExpiry ? (
            <p className="mt-2">
              <ExpiryUnknown configurationId={configuration.id} />
            </p>
          ) : null}
          <dl className="mt-3 grid grid-cols-2 gap-x-8 gap-y-2 md:flex md:flex-wrap">
            <Figure label="Last good sync">
              {configuration.lastGoodSyncAt ? (
                <Moment iso={configuration.lastGoodSyncAt} nowIso={nowIso} />
              ) : (
                "never"
              )}
            </Figure>
            <Figure label="Last by webhook">
              {configuration.coverage.lastHeardAt ? (
                <Moment iso={configuration.coverage.lastHeardAt} nowIso={nowIso} />
              ) : (
                "never"
              )}
            </Figure>
            <Figure label="Next sync">
              <NextSync at={configuration.nextSyncAt} nowIso={nowIso} />
            </Figure>
            <Figure label="Alerts in 24 h">{configuration.alerts24h ?? "hidden from you"}</Figure>
          </dl>
          <div className="mt-3 flex flex-wrap gap-2">
            <Link className={buttonStyle()} href={`/settings/configurations/${configuration.id}`}>
              Edit<span className="sr-only"> {configuration.displayName}</span>
            </Link>
            <ConfigurationActions
              id={configuration.id}
              displayName={configuration.displayName}
              disabled={configuration.health.state === "disabled"}
              provider={configuration.words.provider}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Sentences on how a configuration's alerts arrive: by webhook, by poll, or both. */
export function Coverage({ coverage }: { coverage: ConfigurationItem["coverage"] }) {
  return <p className="mt-2 break-words">{coverage.sentences.join(" ")}</p>;
}

/** When the next poll of a configuration is due. */
export function NextSync({ at, nowIso }: { at: string | null; nowIso: string }) {
  // by the clock of the open page, which may be older than the time that was due
  const now = useNow(nowIso);
  if (!at) return "none planned";
  return Date.parse(at) <= now ? "due now" : <Moment iso={at} nowIso={nowIso} />;
}

export function Figure({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

const worstFirst: HealthState[] = ["action_needed", "degraded", "not_proven", "healthy", "disabled"];

function ConfigurationTable({ configurations, nowIso }: Props) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState<"health" | "name">("health");
  const wanted = text.trim().toLowerCase();
  const found = configurations.filter(
    (configuration) =>
      configuration.displayName.toLowerCase().includes(wanted) || configuration.scopeId.includes(wanted),
  );
  const byHealth = (a: ConfigurationItem, b: ConfigurationItem) =>
    worstFirst.indexOf(a.health.state) - worstFirst.indexOf(b.health.state);
  const rows = sort === "name" ? found : found.toSorted(byHealth);
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <input
          type="search"
          aria-label="Search configurations"
          placeholder={`Search name or ${commonWords(configurations.map((configuration) => configuration.words)).scope}`}
          className="min-h-11 flex-1 rounded-md border border-line bg-raised px-3 text-base placeholder:text-muted md:min-h-8 md:text-sm"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <select
          aria-label="Sort by"
          className="min-h-11 rounded-md border border-line bg-raised px-2 text-base md:min-h-8 md:text-sm"
          value={sort}
          onChange={(event) => setSort(event.target.value === "name" ? "name" : "health")}
        >
          <option value="health">Sort by health</option>
          <option value="name">Sort by name</option>
        </select>
      </div>
      <div className="overflow-x-auto rounded-lg border border-line bg-raised">
        <table className="w-full text-left text-sm">
          <thead className="border-b border-line text-muted">
            <tr>
              {["Name", "Health", "Last good sync", "Next sync", "Alerts in 24 h"].map((head) => (
                <th key={head} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map((configuration) => (
              <tr key={configuration.id}>
                <td className="px-3 py-2">
                  <Link
                    className="font-medium underline"
                    href={`/settings/configurations/${configuration.id}`}
                  >
                    {configuration.displayName}
                  </Link>
                  <span className="block font-mono text-xs text-muted">{configuration.scopeId}</span>
                  {configuration.lacksExpiry ? (
                    <span className="block max-w-80">
                      <ExpiryUnknown configurationId={configuration.id} />
                    </span>
                  ) : null}
                </td>
                <td className="px-3 py-2">
                  <HealthMark state={configuration.health.state} />
                  {configuration.health.reason ? (
                    <span className="block max-w-80 text-muted">{configuration.health.reason}</span>
                  ) : null}
                </td>
                <td className="px-3 py-2 whitespace-nowrap">
                  {configuration.lastGoodSyncAt ? (
                    <Moment iso={configuration.lastGoodSyncAt} nowIso={nowIso} />
                  ) : (
                    "never"
                  )}
                </td>
                <td className="px-3 py-2 whitespace-nowrap">
                  <NextSync at={configuration.nextSyncAt} nowIso={nowIso} />
                </td>
                <td className="px-3 py-2 tabular-nums">{configuration.alerts24h ?? "hidden"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 ? <p className="mt-3 text-sm text-muted">No configuration matches.</p> : null}
    </>
  );
}
