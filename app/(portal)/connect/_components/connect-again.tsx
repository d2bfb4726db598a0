"use client";

import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { ConnectButton } from "../../_components/connect-button.tsx";

/** The way on from a sign-in that failed: again for a configuration that stands, or back to the form. */
export function ConnectAgain(props: { configurationId: string | null; returnTo: string }) {
  const { configurationId, returnTo } = props;
  return (
    <p className="flex flex-wrap items-center gap-2">
      {configurationId ? (
        <>
          <ConnectButton configurationId={configurationId} returnTo={returnTo}>
            Sign in again
          </ConnectButton>
          <Link className={buttonStyle()} href="/settings/accounts">
            Azure accounts
          </Link>
        </>
      ) : (
        <Link className={buttonStyle({ tone: "primary" })} href="/settings/configurations/new">
          Back to the form
        </Link>
      )}
    </p>
  );
}
