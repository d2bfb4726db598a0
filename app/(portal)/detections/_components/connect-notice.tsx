import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FeedPage } from "#lib/triage/list.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

/** Which configurations wait for the person's own account, and the way to each. */
export function ConnectNotice({ page }: { page: FeedPage }) {
  const { connections } = page;
  if (connections.length === 0) return null;
  return (
    <Notice
      tone={connections.some((one) => one.connected) ? "warning" : undefined}
      title={
        connections.some((one) => one.connected)
          ? "Your Azure account is asked for"
          : "Connect your Azure account"
      }
    >
      <ul className="space-y-2">
        {connections.slice(0, 3).map((one) => (
          <ConnectLine key={one.id} one={one} nowIso={page.now} />
        ))}
      </ul>
      {connections.length > 3 ? (
        <Link className="mt-1 inline-block text-accent underline" href="/settings/accounts">
          {`And ${connections.length - 3} more: Azure accounts`}
        </Link>
      ) : null}
    </Notice>
  );
}

/** What the person's own account has to do with what they see of one configuration, and the way to mend it. */
function ConnectLine({ one, nowIso }: { one: FeedPage["connections"][number]; nowIso: string }) {
  const name = <strong className="font-medium text-ink">{one.displayName}</strong>;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-60">
        {one.since && !one.forWriting && one.readable ? (
          <>
            {name} is shown as Azure last let you see it: not confirmed since{" "}
            <Moment iso={one.since} nowIso={nowIso} />
            {one.signInNeeded ? ", sign in again." : ", and tried again by itself."} Changes are disabled
            until then.
          </>
        ) : one.forWriting ? (
          <>
            Changes to {name} carry your own name in Azure:{" "}
            {one.connected ? "Microsoft asks you to sign in again." : "connect once to change status."}
          </>
        ) : (
          <>
            You see nothing of {name}{" "}
            {one.connected
              ? "until you sign in again."
              : "until your account is connected and may see it in Azure."}
          </>
        )}
      </span>
      {one.signInNeeded ? (
        <ConnectButton configurationId={one.id} returnTo="/detections" tone="quiet">
          {one.connected ? "Sign in again" : "Connect"}
          <span className="sr-only"> to {one.displayName}</span>
        </ConnectButton>
      ) : null}
    </li>
  );
}
