import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FeedPage } from "#lib/triage/list.ts";

const shownMax = 3;

/** A notice that lists the disabled configurations and says that their alerts aren't up to date. */
export function DisabledNotice({ page, canConfigure }: { page: FeedPage; canConfigure: boolean }) {
  const { disabled, now } = page;
  const [only] = disabled;
  if (!only) return null;
  return (
    <Notice
      isStrip
      title={
        disabled.length === 1
          ? `“${only.displayName}” is disabled`
          : `${disabled.length} configurations are disabled`
      }
    >
      <ul className="space-y-1">
        {disabled.slice(0, shownMax).map((configuration) => (
          <li key={configuration.id} className="break-words">
            {disabled.length === 1 ? (
              "It"
            ) : (
              <strong className="font-medium text-ink">{configuration.displayName}</strong>
            )}
            {" was disabled "}
            <Moment iso={configuration.since} nowIso={now} day />:{" "}
            {configuration.readable
              ? "new alerts don't appear, and the status of those here can't be changed."
              : "you see none of its alerts."}{" "}
            {canConfigure ? (
              <>
                <Link className="text-accent underline" href={`/settings/configurations/${configuration.id}`}>
                  Enable it in Settings
                </Link>
                .
              </>
            ) : null}
          </li>
        ))}
        {disabled.length > shownMax ? <li>{`And ${disabled.length - shownMax} more.`}</li> : null}
      </ul>
      {canConfigure ? null : <p className="mt-1">An admin of your team can enable it under Settings.</p>}
    </Notice>
  );
}
