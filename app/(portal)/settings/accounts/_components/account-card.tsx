"use client";

import { Chip } from "#components/detections/marks.tsx";
import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { ExactMoment, Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { OwnAccounts } from "#lib/sources/accounts/list.ts";
import { ConnectButton } from "../../../_components/connect-button.tsx";
import { disconnect } from "../../../connect/actions.ts";
import { WaitingNotice } from "../../_components/waiting-notice.tsx";

type Configuration = OwnAccounts["configurations"][number];

/** One configuration and the person's own account for it. */
export function AccountCard({
  configuration: one,
  nowIso,
}: {
  configuration: Configuration;
  nowIso: string;
}) {
  const { account } = one;
  return (
    <li className="space-y-3 rounded-lg border border-line bg-raised p-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-base font-semibold break-words">{one.displayName}</h2>
        {one.disabled ? <Chip>Disabled</Chip> : null}
        <span className="text-muted">
          {one.forWriting ? "for your status changes" : "for reading and changes"}
        </span>
      </div>
      {account ? (
        <p className="break-words">
          Connected as <strong>{account.account}</strong>, used{" "}
          <Moment iso={account.usedAt} nowIso={nowIso} />; Microsoft may ask again at any time.
        </p>
      ) : (
        <p className="text-muted">
          {one.forWriting
            ? "Not connected. Everyone sees its detections; to change their status, connect your account."
            : "Not connected, so you see none of its detections."}
        </p>
      )}
      {account?.readOnly && !account.signInNeeded ? (
        <Notice tone="warning" title="This account may see alerts, but not change them">
          Azure will refuse your changes until it has Security Admin on the subscription.
        </Notice>
      ) : null}
      <State one={one} />
      {one.waiting ? <WaitingNotice waiting={one.waiting} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        <ConnectButton
          configurationId={one.id}
          returnTo="/settings/accounts"
          tone={!one.disabled && (!account || account.signInNeeded || account.refused) ? "primary" : "quiet"}
        >
          {account ? "Reconnect" : "Connect"}
          <span className="sr-only"> {one.displayName}</span>
        </ConnectButton>
        {account ? <Disconnect configuration={one} /> : null}
      </div>
    </li>
  );
}

/** What Azure last said, where it isn't simply yes. */
function State({ one: { account, access, forWriting } }: { one: Configuration }) {
  if (!account || !account.problem) return null;
  const title = account.refused
    ? forWriting
      ? "Azure refuses this account"
      : "Azure doesn't let this account see it, so you see none of its detections"
    : access === "lapsed"
      ? "Azure could not be asked for too long, so you see none of its detections"
      : "Azure could not be asked";
  return (
    <Notice tone="warning" title={title}>
      <p>
        {account.problem} {account.remedy}
      </p>
      {account.unconfirmedSince ? (
        <p className="mt-1">
          Not confirmed since <ExactMoment iso={account.unconfirmedSince} />.
        </p>
      ) : null}
    </Notice>
  );
}

function Disconnect({ configuration: { displayName, forWriting, id } }: { configuration: Configuration }) {
  const text = forWriting
    ? "You can't change the status of its detections until you connect again."
    : "You see none of its detections until you connect again, and it is read only while someone else's account is connected.";
  return (
    <ConfirmButton
      title={`Disconnect from ${displayName}?`}
      text={`PocketSOC forgets your Azure sign-in. ${text}`}
      confirm="Disconnect"
      confirmTone="danger"
      unreachable="The portal could not be reached. Reload the page to see what stands."
      action={() => disconnect(id)}
    >
      Disconnect<span className="sr-only"> {displayName}</span>
    </ConfirmButton>
  );
}
