"use client";

import Link from "next/link";
import { useEffect, useEffectEvent, useRef } from "react";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FinishEvent } from "#lib/sources/accounts/finish.ts";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import { FailedNotice, StepList } from "../../_components/verify-panel.tsx";
import { finish } from "../actions.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

type Props = {
  id: string;
  account: string;
  /** it isn't the account that the person signs in to PocketSOC with */
  isOther: boolean;
  /** null for one that is saved with this sign-in */
  configurationId: string | null;
};

/** Runs the check with the account that has just signed in, and says what came of it. */
export function FinishSignIn({ id, account, isOther, configurationId }: Props) {
  const isNew = configurationId === null;
  const { events, failed, busy, run } = useStream<FinishEvent>();
  const last = events.at(-1);
  const begun = useRef(false);
  const start = () => void run((runId) => finish(id, runId));
  const begin = useEffectEvent(start);
  useEffect(() => {
    // an effect may run twice; the check is begun once
    if (begun.current) return;
    begun.current = true;
    begin();
  }, []);
  const done = last?.type === "connected" ? last : null;
  return (
    <>
      <p>
        Signed in at Microsoft as <strong className="break-all">{account}</strong>.
        {done
          ? null
          : isNew
            ? " Nothing is saved until alerts could be listed with it."
            : " It is connected once alerts could be listed with it."}
      </p>
      {isOther ? (
        <Notice title="This isn't the account you sign in to PocketSOC with">
          That is fine for an account of your own. What you change carries its name in Azure; to choose
          another, sign in again.
        </Notice>
      ) : null}
      <StepList steps={events.filter((event) => event.type === "step")} busy={busy} />
      {done ? (
        <Notice
          tone={done.readOnly ? "warning" : "success"}
          title={
            done.saved
              ? "Saved and connected. The first alerts are on their way."
              : `Connected as ${done.account}`
          }
        >
          {done.readOnly ? (
            <p className="mb-1">
              It may see alerts, but Azure will refuse your changes until it has Security Admin on the
              subscription.
            </p>
          ) : null}
          <p>Microsoft may ask you to sign in again at any time; you will read it here when it does.</p>
          <p className="mt-2 flex flex-wrap gap-2">
            <Link
              className={buttonStyle({ tone: "primary" })}
              href={done.saved ? "/detections" : done.returnTo}
            >
              {done.saved || done.returnTo === "/detections" ? "See detections" : "Back to Azure accounts"}
            </Link>
            {done.returnTo === "/settings/accounts" ? null : (
              <Link className={buttonStyle()} href="/settings/accounts">
                Azure accounts
              </Link>
            )}
          </p>
        </Notice>
      ) : null}
      {failed ? (
        <FailedNotice
          {...failed}
          title={isNew ? "Nothing was saved" : "Nothing was connected"}
          busy={busy}
          onRetry={start}
        >
          {configurationId ? (
            <ConnectButton configurationId={configurationId} returnTo="/settings/accounts" tone="quiet">
              Sign in with another account
            </ConnectButton>
          ) : null}
          <Link
            className={buttonStyle()}
            href={isNew ? "/settings/configurations/new" : "/settings/accounts"}
          >
            {isNew ? "Back to the form" : "Azure accounts"}
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
        Look under Azure accounts whether it was connected before you begin again.
      </LostNotice>
    </>
  );
}
