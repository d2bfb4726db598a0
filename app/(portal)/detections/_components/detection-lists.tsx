import { CopyButton } from "#components/ui/copy-button.tsx";
import { ExactMoment } from "#components/ui/moment.tsx";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { MaybeLink, unconfirmedText } from "./detection-parts.tsx";

type Props = { detection: DetectionDetail };

/** The vendor's remediation steps, in the vendor's order. */
export function Remediation({ detection }: Props) {
  const { remediationSteps: steps, words } = detection;
  // some vendors number the steps themselves
  const isNumbered = steps.some((step) => /^\s*\d+[.)]/.test(step.text));
  return (
    <>
      {steps.length === 0 ? <p className="text-muted">{`${words.provider} gave none.`}</p> : null}
      <ol className={`space-y-1 empty:hidden ${isNumbered ? "" : "list-decimal pl-5"}`}>
        {steps.map((step) => (
          <li key={step.text} className="whitespace-pre-wrap break-words">
            <MaybeLink text={step.text} href={step.href} unconfirmed={unconfirmedText(detection)} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The affected resources, each with a button that copies the resource's id. */
export function Resources({ detection: { resources, words } }: Props) {
  return (
    <>
      {resources.length === 0 ? <p className="text-muted">{`${words.provider} named none.`}</p> : null}
      <ul className="space-y-2 empty:hidden">
        {resources.map((one) => (
          <li key={one.id} className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <p className="font-medium break-words">
                {one.name} <span className="font-normal text-muted">{one.resourceType || one.kind}</span>
              </p>
              <p className="font-mono text-xs break-all text-muted">{one.id}</p>
            </div>
            <CopyButton show="icon" label={`Copy the id of ${one.name}`} value={one.id} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The alert's other fields. They differ by vendor and alert type. */
export function Properties({ detection, isNarrow }: Props & { isNarrow?: boolean | undefined }) {
  const { extendedProperties: properties, words } = detection;
  return (
    <>
      {properties.length === 0 ? <p className="text-muted">{`${words.provider} gave none.`}</p> : null}
      <dl className="divide-y divide-line empty:hidden">
        {properties.map((one) => (
          <div
            key={`${one.name} ${one.value.text}`}
            className={`grid grid-cols-[minmax(0,1fr)] gap-x-4 py-1.5 ${isNarrow ? "" : "md:grid-cols-[14rem_minmax(0,1fr)]"}`}
          >
            <dt className="break-words text-muted">{one.name}</dt>
            <dd className="[overflow-wrap:anywhere]">
              <MaybeLink
                text={one.value.text}
                href={one.value.href}
                unconfirmed={unconfirmedText(detection)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** A detection's timeline: what happened, who did it, and the notes. */
export function Timeline({ entries }: { entries: DetectionDetail["timeline"] }) {
  return (
    <ol className="space-y-3 border-l border-line pl-4">
      {entries.map((entry) => (
        <li key={entry.id} className="break-words">
          <p>{entry.text}</p>
          {entry.note ? (
            <p className="my-1 border-l-2 border-accent pl-2 whitespace-pre-wrap">{entry.note}</p>
          ) : null}
          <p className="text-xs text-muted">
            {entry.by === entry.where ? entry.by : `${entry.by} · ${entry.where}`} ·{" "}
            <ExactMoment iso={entry.at} />
          </p>
        </li>
      ))}
    </ol>
  );
}
