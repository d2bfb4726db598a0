import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Chip, SeverityMark, StatusPill } from "#components/detections/marks.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getDetection } from "#lib/services/detections/get.ts";
import { StatusControl } from "../_components/status-control.tsx";

export const metadata: Metadata = { title: "Detection" };

const utc = (iso: string | null) => (iso ? `${iso.slice(0, 19).replace("T", " ")} UTC` : "not given");

export default async function DetectionPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requirePage();
  const { id } = await params;
  const d = await getDetection(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <article className="mx-auto max-w-3xl space-y-6">
      <header className="space-y-3">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityMark severity={d.severity} />
          <StatusPill status={d.status} />
          {d.isSample ? <Chip>SAMPLE</Chip> : null}
          {d.isIncident ? <Chip>Incident</Chip> : null}
        </div>
        <h1 className="text-xl font-semibold break-words">{d.title}</h1>
        <p className="text-sm text-muted">
          {[d.resourceName, d.configurationName, d.provider].filter(Boolean).join(" · ")}
          {d.acknowledgedBy ? ` · acknowledged by ${d.acknowledgedBy}` : ""}
        </p>
        {d.stateSentence ? (
          <Notice tone="warning" title="Azure holds something else than was asked">
            {d.stateSentence}
          </Notice>
        ) : null}
        {d.writeProblem ? (
          <Notice tone="warning" title="Changes can't be sent">
            {d.writeProblem}
          </Notice>
        ) : null}
        <StatusControl
          id={d.id}
          status={d.status}
          pendingStatus={d.pendingStatus}
          pendingChangeId={d.syncState === "held" ? d.pendingChangeId : null}
          allowed={d.allowed}
          canAcknowledge={d.canTriage && !d.acknowledgedBy}
          azureUrl={d.azureUrl}
        />
        {d.lastNote ? (
          <Notice title={`Last note on an alert like this, by ${d.lastNote.by}`}>{d.lastNote.text}</Notice>
        ) : null}
      </header>
      <Section title="Description">
        <p className="whitespace-pre-wrap break-words">{d.description || "Azure gave none."}</p>
      </Section>
      <Section title="Affected resources">
        <ul className="space-y-1">
          {d.resources.map((one) => (
            <li key={one.id} className="break-all">
              <span className="font-medium">{one.name}</span>{" "}
              <span className="text-muted">{one.resourceType || one.kind}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="When">
        <p>Activity began: {utc(d.startedAt)}</p>
        <p>Azure raised it: {utc(d.generatedAt)}</p>
        <p>We had it: {utc(d.receivedAt)}</p>
      </Section>
      <Section title="Tactics and techniques">
        <p>{[...d.tactics, ...d.techniques].join(", ") || "None given."}</p>
      </Section>
      <Section title="Entities">
        <ul className="space-y-2">
          {d.entities.map((entity) => (
            <li
              key={`${entity.kind} ${entity.name} ${JSON.stringify(entity.fields)}`}
              className="break-words"
            >
              <span className="font-medium">{entity.name || entity.kind}</span> <Chip>{entity.kind}</Chip>
              <p className="text-muted">
                {entity.fields.map((field) => `${field.label}: ${field.value}`).join(" · ")}
              </p>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Extended properties">
        <dl className="grid gap-1 md:grid-cols-[220px_1fr]">
          {d.extendedProperties.map((one) => (
            <div key={one.name} className="contents">
              <dt className="text-muted">{one.name}</dt>
              <dd className="break-all">
                {one.value.href ? (
                  <a className="underline" href={one.value.href} rel="noreferrer" target="_blank">
                    {one.value.text}
                  </a>
                ) : (
                  one.value.text
                )}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Remediation steps">
        <ol className="list-decimal space-y-1 pl-5">
          {d.remediationSteps.map((step) => (
            <li key={step.text} className="whitespace-pre-wrap break-words">
              {step.href ? (
                <a className="underline" href={step.href} rel="noreferrer" target="_blank">
                  {step.text}
                </a>
              ) : (
                step.text
              )}
            </li>
          ))}
        </ol>
      </Section>
      <Section title="Timeline">
        <ol className="space-y-2">
          {d.timeline.map((entry) => (
            <li key={`${entry.at} ${entry.text}`} className="break-words">
              <p>{entry.text}</p>
              {entry.note ? <p className="border-l-2 border-line pl-2">{entry.note}</p> : null}
              <p className="text-sm text-muted">
                {entry.by} · {entry.where} · {utc(entry.at)}
              </p>
            </li>
          ))}
        </ol>
      </Section>
      <details className="rounded-md border border-line bg-raised p-3 text-sm">
        <summary className="cursor-pointer font-medium">Raw alert</summary>
        <pre tabIndex={0} aria-label="Raw alert" className="mt-2 max-h-96 overflow-auto font-mono text-xs">
          {d.raw}
        </pre>
      </details>
    </article>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="text-sm">
      <h2 className="mb-2 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}
