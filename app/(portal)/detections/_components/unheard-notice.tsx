import Link from "next/link";
import { Notice } from "#components/ui/notice.tsx";
import { useHydrated, useNow } from "#components/ui/now.ts";
import { PlaceText } from "#components/ui/place-text.tsx";
import { minutesText } from "#lib/domain/text.ts";
import type { FeedPage } from "#lib/triage/list.ts";

type Source = FeedPage["configurations"][number];

/** Codes of problems that concern only the webhook; polling still keeps the list fresh. */
const ofPush = new Set(["unknown_alerts", "heartbeats_missed", "webhook_silent", "automation_disabled"]);

/**
 * The title of the banner about `troubled` configurations. `all` is the number of polled configurations. `heard` is how many
 * of these a poll or the webhook has recently reached.
 */
export function troubleTitle(troubled: readonly Source[], heard: number, all: number): string {
  const unread = troubled.filter((configuration) => !ofPush.has(configuration.health.code ?? ""));
  if (unread.length === 0) return "Alerts are read, but something is wrong with the webhook";
  if (unread.length === all) return "Nothing new arrives at the moment";
  return `${heard - unread.length} of ${all} configurations are up to date`;
}

/** One banner for all configurations that neither a poll nor the webhook has reached for too long. */
export function UnheardNotice({ page, canConfigure }: { page: FeedPage; canConfigure: boolean }) {
  const unheard = page.configurations.filter((configuration) => configuration.unheardSince);
  const [only] = unheard;
  if (!only) return null;
  return (
    <Notice
      isStrip
      tone="danger"
      title={
        unheard.length === 1
          ? `New alerts of “${only.displayName}” may be missing`
          : `New alerts of ${unheard.length} configurations may be missing`
      }
    >
      <ul className="space-y-1">
        {unheard.slice(0, 3).map((configuration) => (
          <li key={configuration.id} className="break-words">
            <strong className="font-medium text-ink">{`“${configuration.displayName}”`}</strong> has been
            neither read nor heard since{" "}
            <Since iso={configuration.unheardSince ?? page.now} nowIso={page.now} />.{" "}
            {configuration.health.reason}{" "}
            {canConfigure ? (
              <>
                <PlaceText>{configuration.health.remedy}</PlaceText>{" "}
                <Link className="text-accent underline" href={`/settings/configurations/${configuration.id}`}>
                  Look at it in Settings
                </Link>
              </>
            ) : (
              "Tell an admin of your team."
            )}
          </li>
        ))}
        {unheard.length > 3 ? <li>{`And ${unheard.length - 3} more.`}</li> : null}
      </ul>
    </Notice>
  );
}

/** A time and how long ago it was: "14:02 (18 minutes)". The time is in UTC until the person's time zone is available. */
function Since({ iso, nowIso }: { iso: string; nowIso: string }) {
  const now = useNow(nowIso);
  const hydrated = useHydrated();
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / 60_000));
  const text = hydrated
    ? new Intl.DateTimeFormat(undefined, {
        ...(minutes >= 720 ? { day: "numeric", month: "short" } : {}),
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }).format(new Date(iso))
    : `${iso.slice(0, 16).replace("T", " ")} UTC`;
  return (
    <>
      <time dateTime={iso}>{text}</time> ({lasted(minutes)})
    </>
  );
}

function lasted(minutes: number): string {
  if (minutes < 120) return minutesText(minutes);
  return minutes < 2_880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`;
}
