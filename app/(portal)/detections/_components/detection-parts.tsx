import Link from "next/link";
import type { ReactNode } from "react";
import { Chip } from "#components/detections/marks.tsx";
import { ExactMoment } from "#components/ui/moment.tsx";
import { tacticOf, techniqueHref } from "#lib/domain/mitre.ts";
import { defang } from "#lib/domain/text.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { feedAddress, noFilters } from "../_store/feed-address.ts";

/** A titled part of a detection. */
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

/** A vendor's text, as a link where it is an https address. */
export function MaybeLink({ text, href }: { text: string; href: string | null }) {
  if (!href) return <>{text}</>;
  return (
    <a className="text-accent underline" href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}

/** MITRE's tactics and techniques, each with its page. */
export function Tactics({ tactics, techniques }: { tactics: string[]; techniques: string[] }) {
  if (tactics.length + techniques.length === 0) return <p className="text-muted">Azure named none.</p>;
  const all = [...tactics.map(tacticOf), ...techniques.map((id) => ({ label: id, href: techniqueHref(id) }))];
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {all.map((one) => (
        <li key={one.label}>
          <MaybeLink text={one.label} href={one.href} />
        </li>
      ))}
    </ul>
  );
}

/** Who and what took part; addresses, hosts and accounts filter the feed. */
export function Entities({ entities }: { entities: DetectionDetail["entities"] }) {
  if (entities.length === 0) return <p className="text-muted">Azure named none.</p>;
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
                  href={feedAddress({ ...noFilters, range: "all", q: entity.pivot.value })}
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

/** How long between two moments, in words: "4 min", "3 h 12 min", "2 days". */
function lag(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  if (Math.abs(minutes) < 1) return "at once";
  const size = Math.abs(minutes);
  const words =
    size < 60
      ? `${size} min`
      : size < 2_880
        ? `${Math.floor(size / 60)} h ${size % 60} min`
        : `${Math.round(size / 1_440)} days`;
  return minutes > 0 ? `${words} later` : `${words} earlier`;
}

/** When it began, when the vendor raised it, when we had it. */
export function Clocks({ detection: d }: { detection: DetectionDetail }) {
  const clocks = [
    { label: "Activity began", at: d.startedAt, since: null },
    { label: "Azure raised it", at: d.generatedAt, since: d.startedAt },
    { label: "We had it", at: d.receivedAt, since: d.generatedAt ?? d.startedAt },
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
