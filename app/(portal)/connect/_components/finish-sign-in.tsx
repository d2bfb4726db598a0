"use client";

import Link from "next/link";
import { useEffect, useEffectEvent, useRef } from "react";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { accountsLabel, type Words } from "#lib/domain/vendor-words.ts";
import type { FinishEvent } from "#lib/sources/accounts/finish.ts";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import { FailedNotice, firstAlerts, StepList } from "../../_components/verify-panel.tsx";
import { finish } from "../actions.ts";
import { newConfigurationAddress } from "../../settings/_components/new-configuration-address.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

type Props = {
  id: string;
  account: string;
  /** whether `account` isn't the account with which the person signs in to PocketSOC */
  isOther: boolean;
  /** null for a new configuration, which isn't saved yet */
  configurationId: string | null;
  vendor: string;
  words: Words;
};

/** Checks the configuration with the account that has just signed in, and shows the result. */
export function FinishSignIn({ id, account, isOther, configurationId, vendor, words }: Props) {
  const accounts = accountsLabel(words);
  const isNew = configurationId === null;
  const { events, failed, busy, run } = useStream<FinishEvent>();
  const last = events.at(-1);
  const steps = events.filter((event) => event.type === "step");
  const begun = useRef(false);
  const start = () => void run((runId) => finish(id, runId));
  const begin = useEffectEvent(start);
  useEffect(() => {
    // an effect may run twice, but the check must not
    if (begun.current) return;
    begun.current = true;
    begin();
  }, []);
  const done = last?.type === "connected" ? last : null;
  return (
    <>
      <p>
        {`Signed in at ${words.signIn} as `}
        <strong className="break-all">{account}</strong>.
        {done
          ? null
          : isNew
            ? " Nothing is saved until it can list alerts."
            : " It is connected once it can list alerts."}
      </p>
      {isOther ? (
        <Notice title="This isn't the account you sign in to PocketSOC with">
          {`That is fine if the account is yours. ${words.provider} shows its name on your changes. To use another one, sign in again.`}
        </Notice>
      ) : null}
      <StepList steps={steps} busy={busy} provider={words.provider} />
      {done ? (
        <Notice
          tone={done.readOnly ? "warning" : "success"}
          title={done.saved ? `Saved and connected. ${firstAlerts(steps)}` : `Connected as ${done.account}`}
        >
          {done.readOnly ? (
            <p className="mb-1">
              {`It can view alerts, but ${words.provider} refuses your changes until it has ${words.writeRole} on the ${words.scope}.`}
            </p>
          ) : null}
          <p>{`We'll tell you if ${words.signIn} asks you to sign in again.`}</p>
          <p className="mt-2 flex flex-wrap gap-2">
            <Link
              className={buttonStyle({ tone: "primary" })}
              href={done.saved ? "/detections" : done.returnTo}
            >
              {nextLabel(done, accounts)}
            </Link>
            {done.returnTo === "/settings/accounts" ? null : (
              <Link className={buttonStyle()} href="/settings/accounts">
                {accounts}
              </Link>
            )}
          </p>
        </Notice>
      ) : null}
      {failed ? (
        <FailedNotice
          {...failed}
          provider={words.provider}
          title={isNew ? "Nothing was saved" : "Nothing was connected"}
          busy={busy}
          onRetry={start}
        >
          {configurationId ? (
            <ConnectButton
              configurationId={configurationId}
              returnTo="/settings/accounts"
              signIn={words.signIn}
              tone="quiet"
            >
              Sign in with another account
            </ConnectButton>
          ) : null}
          <Link
            className={buttonStyle()}
            href={isNew ? newConfigurationAddress(vendor) : "/settings/accounts"}
          >
            {isNew ? "Back to the form" : accounts}
          </Link>
        </FailedNotice>
      ) : null}
      {last?.type === "invalid" ? (
        <div role="alert">
          <Notice tone="danger" title={isNew ? "Nothing was saved" : "Nothing was connected"}>
            {last.message}
          </Notice>
        </div>
      ) : null}
      <LostNotice last={last}>
        {`See under ${accounts} whether it was connected before you start again.`}
      </LostNotice>
    </>
  );
}

function nextLabel({ saved, returnTo }: { saved: boolean; returnTo: string }, accounts: string): string {
  if (saved || returnTo === "/detections") return "See detections";
  return returnTo.startsWith("/settings/configurations/") ? "Run the pipe test" : `Back to ${accounts}`;
}
