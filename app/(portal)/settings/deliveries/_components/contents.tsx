import type { DeliveryDetail } from "#lib/ingest/deliveries/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { sizeText } from "./figures.ts";

/**
 * A delivery's body as it arrived, beside the values that PocketSOC read from the body. Each value has its place in the
 * body.
 */
export function Contents({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <section className="min-w-0 rounded-lg border border-line bg-raised p-4 lg:sticky lg:top-4">
        <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-base font-semibold">Body as it came</h2>
          <CopyButton label="Copy body" value={delivery.body} />
        </div>
        {delivery.keptBytes < delivery.sizeBytes ? (
          <p className="mb-2 text-muted">{`Only its first ${sizeText(delivery.keptBytes)} were kept.`}</p>
        ) : null}
        {delivery.mended ? (
          <p className="mb-2 text-muted">
            Its text had to be mended before it could be read: bytes that are no UTF-8, or a name given twice.
          </p>
        ) : null}
        <pre
          tabIndex={0}
          aria-label="Body as it came"
          className="max-h-[36rem] lg:max-h-[calc(100dvh-9rem)] overflow-auto rounded bg-surface p-2 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]"
        >
          {delivery.body || "(empty)"}
        </pre>
      </section>
      <section className="min-w-0 rounded-lg border border-line bg-raised p-4">
        <h2 className="mb-2 text-base font-semibold">What was read in it</h2>
        {delivery.alerts.length === 0 ? (
          <p className="text-muted">{delivery.outcome === "heartbeat" ? "A heartbeat." : "No alert."}</p>
        ) : null}
        {delivery.alerts.map((alert, index) => (
          // a body's alerts have no ids and keep their order
          // oxlint-disable-next-line react/no-array-index-key
          <Alert key={index} alert={alert} place={delivery.alerts.length > 1 ? index + 1 : null} />
        ))}
        {delivery.alertsLeftOut > 0 ? (
          <p className="mt-2 text-muted">{`And ${delivery.alertsLeftOut} more that aren't shown here.`}</p>
        ) : null}
      </section>
    </div>
  );
}

function Alert({ alert, place }: { alert: DeliveryDetail["alerts"][number]; place: number | null }) {
  const fields = alert.reason ? (
    <p className="break-words text-muted">{alert.reason}</p>
  ) : (
    <dl className="divide-y divide-line">
      {alert.fields.map((field) => (
        <div key={field.label} className="grid gap-x-4 py-1.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <dt className="text-muted">{field.label}</dt>
          <dd className="min-w-0">
            <span className="line-clamp-4 [overflow-wrap:anywhere]">{field.value || "nothing"}</span>
            <span className="block font-mono text-xs break-all text-muted">
              {field.path ? `from ${field.path}` : "not in the body"}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
  if (place === null) return fields;
  return (
    <details open={place === 1} className="border-t border-line py-1 first-of-type:border-t-0">
      <summary className="min-h-6 cursor-pointer py-1 font-medium break-words">
        {`${place}. ${alert.fields[0]?.value ?? "No alert"}`}
      </summary>
      {fields}
    </details>
  );
}
