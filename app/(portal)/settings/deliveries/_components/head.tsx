import type { ReactNode } from "react";
import { ExactMoment } from "#components/ui/moment.tsx";
import { capital } from "#lib/domain/text.ts";
import type { DeliveryDetail } from "#lib/ingest/deliveries/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { countText, sizeText } from "./figures.ts";

/** When a delivery arrived, how large it was, and what sent it. */
export function Head({ delivery }: { delivery: DeliveryDetail }) {
  const { record } = delivery;
  return (
    <>
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-3">
        <Field label="Received">
          <ExactMoment iso={delivery.receivedAt} />
        </Field>
        <Field label="Took">
          {delivery.tookMs === null
            ? "unknown, because it was replayed"
            : `Processed in ${countText(delivery.tookMs)} ms`}
        </Field>
        <Field label="Size">{sizeText(delivery.sizeBytes)}</Field>
        <Field label="Configuration">{delivery.configurationName ?? "none"}</Field>
        <Field label="Schema">{delivery.schemaLabel}</Field>
        <Field label={capital(delivery.words.scope)} mono>
          {delivery.scopeId ?? "none named"}
        </Field>
        {delivery.headers.map(({ label, value, isId }) => (
          <Field key={label} label={label} mono={isId}>
            {value}
          </Field>
        ))}
        {delivery.replayedBy ? <Field label="Replayed by">{delivery.replayedBy}</Field> : null}
      </dl>
      {record ? (
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="min-w-0 flex-1 basis-72 text-muted">{record.hint}</p>
          <CopyButton label={record.copy} value={record.id} />
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
