import Link from "next/link";
import type { ReactNode } from "react";
import { Chip } from "#components/detections/marks.tsx";
import { ExactMoment } from "#components/ui/moment.tsx";
import { tacticOf, techniqueHref } from "#lib/domain/mitre.ts";
import { defang } from "#lib/domain/text.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { feedAddress, onlyView } from "../_store/feed-address.ts";

/** A section, with a heading, of a detection's page. */
export function Section({
  level: Heading,
  title,
  children,
}: {
  level: "h2" | "h3";
  title: string;
  children: ReactNode;
}) {
  return (
    <section className="text-sm">
      <Heading className="mb-2 text-base font-semibold">{title}</Heading>
      {children}
    </section>
  );
}

/**
 * A text from the vendor, as a link if `href` is given. The host stands beside a text that doesn't contain it. `unconfirmed`
 * says that only the webhook brought the link.
 */
export function MaybeLink({
  text,
  href,
  unconfirmed,
}: {
  text: string;
  href: string | null;
  unconfirmed?: string | false;
}) {
  if (!href) return <>{text}</>;
  const { hostname } = new URL(href);
  return (
    <>
      <a className="text-accent underline" href={href} target="_blank" rel="noreferrer">
        {text}
      </a>
      {text.includes(hostname) ? null : <span className="text-muted">{` (${hostname})`}</span>}
      {unconfirmed ? <span className="text-muted">{` ${unconfirmed}`}</span> : null}
    </>
  );
}

/** What stands beside the links of an alert that only the webhook brought, or false if a poll has read the alert. */
export const unconfirmedText = ({ copies, words }: DetectionDetail): string | false =>
  copies.firstPolledAt === null && `by webhook, not confirmed by ${words.provider}`;

/** The alert's MITRE tactics and techniques, linked to their pages at MITRE. */
export function Tactics({ detection: { tactics, techniques, words } }: { detection: DetectionDetail }) {
  if (tactics.length + techniques.length === 0)
    return <p className="text-muted">{`${words.provider} named none.`}</p>;
  const all = [...tactics.map(tacticOf), ...techniques.map((id) => ({ label: id, href: techniqueHref(id) }))];
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {all.map((link) => (
        <li key={link.label}>
          {link.href ? (
            <a className="text-accent underline" href={link.href} target="_blank" rel="noreferrer">
              {link.label}
            </a>
          ) : (
            link.label
          )}
        </li>
      ))}
    </ul>
  );
}

/** The entities that the alert names. Addresses, hosts and accounts link to a feed filtered by that entity. */
export function Entities({ detection: { entities, words } }: { detection: DetectionDetail }) {
  if (entities.length === 0) return <p className="text-muted">{`${words.provider} named none.`}</p>;
  return (
    <ul className="space-y-3">
      {entities.map((entity) => (
        <li key={`${entity.kind} ${entity.name} ${JSON.stringify(entity.fields)}`} className="flex gap-2">
          <div className="min-w-0 flex-1">
            <p className="break-words">
              <Chip>{entity.kind}</Chip>{" "}
              {entity.pivot ? (
                <Link
                  className="font-medium text-accent underline"
                  title="Show every detection that names this"
                  href={feedAddress({ ...onlyView("all"), q: entity.pivot.value })}
                >
                  {entity.name}
                </Link>
              ) : (
                <span className="font-medium">{entity.name || "without a name"}</span>
              )}
            </p>
            <p className="text-muted [overflow-wrap:anywhere]">
              {entity.fields.map((field) => `${field.label}: ${field.value}`).join(" · ")}
            </p>
          </div>
          {entity.pivot ? (
            <CopyButton
              show="icon"
              label={`Copy ${entity.name}, defanged`}
              value={defang(entity.pivot.value)}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** The time from `from` to `to` in words: "4 min later", "3 h 12 min later", "2 days earlier". */
function lag(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  if (Math.abs(minutes) < 1) return "immediately";
  const size = Math.abs(minutes);
  const words =
    size < 60
      ? `${size} min`
      : size < 2_880
        ? `${Math.floor(size / 60)} h ${size % 60} min`
        : `${Math.round(size / 1_440)} days`;
  return minutes > 0 ? `${words} later` : `${words} earlier`;
}

/**
 * Three times of an alert: when the activity began, when the vendor raised the alert, and when PocketSOC received the alert.
 */
export function Clocks({ detection: d }: { detection: DetectionDetail }) {
  const clocks = [
    { label: "Activity began", at: d.startedAt, since: null },
    { label: `${d.words.provider} raised it`, at: d.generatedAt, since: d.startedAt },
    { label: "In PocketSOC since", at: d.receivedAt, since: d.generatedAt ?? d.startedAt },
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
      {clocks.map(({ label, at, since }) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd>
            {at ? <ExactMoment iso={at} /> : "not given"}
            {at && since ? <span className="text-muted">{` (${lag(since, at)})`}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
