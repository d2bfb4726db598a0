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

/** A configuration and the person's own account for this configuration. */
export function AccountCard({ configuration, nowIso }: { configuration: Configuration; nowIso: string }) {
  const { account, words } = configuration;
  return (
    <li className="space-y-3 rounded-lg border border-line bg-raised p-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-base font-semibold break-words">{configuration.displayName}</h2>
        {configuration.disabled ? <Chip>Disabled</Chip> : null}
        <span className="text-muted">
          {configuration.forWriting ? "for your status changes" : "for reading and changes"}
        </span>
      </div>
      {account ? (
        <p className="break-words">
          Connected as <strong>{account.account}</strong>, used{" "}
          <Moment iso={account.usedAt} nowIso={nowIso} />. We'll tell you if {words.signIn} asks you to sign
          in again.
        </p>
      ) : (
        <p className="text-muted">
          {configuration.forWriting
            ? `Not connected. Connect your ${words.account} to change the status of its alerts.`
            : `Not connected. Connect your ${words.account} to see its alerts.`}
        </p>
      )}
      {account?.readOnly && !account.signInNeeded ? (
        <Notice tone="warning" title="This account can view alerts but not change them">
          {`${words.provider} refuses your changes until it has ${words.writeRole} on the ${words.scope}.`}
        </Notice>
      ) : null}
      <State configuration={configuration} />
      {configuration.waiting ? <WaitingNotice waiting={configuration.waiting} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        <ConnectButton
          configurationId={configuration.id}
          returnTo="/settings/accounts"
          signIn={words.signIn}
          tone={
            !configuration.disabled && (!account || account.signInNeeded || account.refused)
              ? "primary"
              : "quiet"
          }
        >
          {account ? "Reconnect" : "Connect"}
          <span className="sr-only"> {configuration.displayName}</span>
        </ConnectButton>
        {account ? <Disconnect configuration={configuration} /> : null}
      </div>
    </li>
  );
}

/** A warning with the vendor's last answer about the account. Renders nothing if there is no problem. */
function State({ configuration: { account, access, forWriting, words } }: { configuration: Configuration }) {
  if (!account || !account.problem) return null;
  const title = account.refused
    ? forWriting
      ? `${words.provider} refuses this account`
      : `This account can't view the ${words.scope}, so you see none of its alerts`
    : access === "lapsed"
      ? `${words.provider} has been unreachable for too long, so you see none of its alerts`
      : `${words.provider} could not be reached`;
  return (
    <Notice tone="warning" title={title}>
      <p>
        {account.problem} {account.remedy}
      </p>
      {account.unconfirmedSince ? (
        <p className="mt-1">
          Last confirmed <ExactMoment iso={account.unconfirmedSince} />.
        </p>
      ) : null}
    </Notice>
  );
}

function Disconnect({
  configuration: { displayName, forWriting, id, words },
}: {
  configuration: Configuration;
}) {
  const text = forWriting
    ? "You can't change the status of its alerts until you connect again."
    : "You see none of its alerts until you connect again. PocketSOC reads them only while someone else's account is connected.";
  return (
    <ConfirmButton
      title={`Disconnect from ${displayName}?`}
      text={`PocketSOC forgets the sign-in of your ${words.account}. ${text}`}
      confirm="Disconnect"
      confirmTone="danger"
      unreachable="The portal could not be reached. Reload the page to see its current state."
      action={() => disconnect(id)}
    >
      Disconnect<span className="sr-only"> {displayName}</span>
    </ConfirmButton>
  );
}
