import type { ReactNode } from "react";
import { ExactMoment } from "#components/ui/moment.tsx";
import { deliverySchemaLabel } from "#lib/domain/delivery.ts";
import type { DeliveryDetail } from "#lib/ingest/deliveries/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { countText, sizeText } from "./figures.ts";

const headerLabel: Record<string, string> = {
  "x-ms-workflow-name": "Logic App",
  "x-ms-workflow-run-id": "Run",
  "x-ms-workflow-resourcegroup-name": "Resource group",
  "x-ms-client-tracking-id": "Tracking id",
  "content-type": "Content type",
  "user-agent": "Sent by",
};

/** When a delivery came, how large it was, and which run sent it. */
export function Head({ one }: { one: DeliveryDetail }) {
  const run = one.headers.find(([name]) => name === "x-ms-workflow-run-id")?.[1];
  const app = one.headers.find(([name]) => name === "x-ms-workflow-name")?.[1];
  return (
    <>
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-3">
        <Field label="Received">
          <ExactMoment iso={one.receivedAt} />
        </Field>
        <Field label="Took">
          {one.tookMs === null
            ? "not known any more: it was replayed"
            : `${countText(one.tookMs)} ms from the door to its result`}
        </Field>
        <Field label="Size">{sizeText(one.sizeBytes)}</Field>
        <Field label="Configuration">{one.configurationName ?? "none"}</Field>
        <Field label="Schema">{deliverySchemaLabel[one.schema]}</Field>
        <Field label="Subscription" mono>
          {one.scopeId ?? "none named"}
        </Field>
        {one.headers.map(([name, value]) => (
          <Field key={name} label={headerLabel[name] ?? name} mono={name.startsWith("x-ms-")}>
            {value}
          </Field>
        ))}
        {one.replayedBy ? <Field label="Replayed by">{one.replayedBy}</Field> : null}
      </dl>
      {run ? (
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="min-w-0 flex-1 basis-72 text-muted">
            {`To find the run that sent it: in the Azure portal open the Logic App${app ? ` ${app}` : ""}, then Runs history, and look for this run's identifier.`}
          </p>
          <CopyButton label="Copy run identifier" value={run} />
        </div>
      ) : null}
    </>
  );
}

function Field({ label, mono, children }: { label: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={mono ? "font-mono text-xs break-all" : "break-words"}>{children}</dd>
    </div>
  );
}
