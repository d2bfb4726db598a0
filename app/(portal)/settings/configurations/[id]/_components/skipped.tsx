import { Moment } from "#components/ui/moment.tsx";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";

/** The alerts that PocketSOC couldn't read, each with the reason and the alert's body. */
export function Skipped({ configuration }: { configuration: ConfigurationDetail }) {
  const { skipped, now, words } = configuration;
  if (!configuration.readable)
    return (
      <p className="text-muted">{`Connect your ${words.account} to see them, or ask for ${words.readRole}.`}</p>
    );
  if (skipped.length === 0) return <p className="text-muted">None</p>;
  return (
    <ul className="space-y-3">
      {skipped.map((alert) => (
        <li key={`${alert.firstSeenAt} ${alert.reason} ${alert.body.slice(0, 80)}`}>
          <p className="break-words">{alert.reason}</p>
          <p className="text-xs text-muted">
            First seen <Moment iso={alert.firstSeenAt} nowIso={now} />, last{" "}
            <Moment iso={alert.lastSeenAt} nowIso={now} />
          </p>
          <details className="mt-1">
            <summary className="cursor-pointer">{`As ${words.provider} sent it`}</summary>
            <pre
              tabIndex={0}
              aria-label={`As ${words.provider} sent it`}
              className="mt-1 max-h-60 overflow-auto rounded bg-surface p-2 font-mono text-xs whitespace-pre-wrap"
            >
              {alert.body}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
