"use client";

import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import type { OwnSignIn } from "#lib/sources/accounts/list.ts";
import { newConfigurationAddress } from "../../settings/_components/new-configuration-address.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

type Props = Pick<OwnSignIn, "configurationId" | "returnTo" | "vendor" | "words">;

/**
 * What the person can do after a failed sign-in: try again for an existing configuration, or go back to the form of a new
 * one.
 */
export function ConnectAgain({ configurationId, returnTo, vendor, words }: Props) {
  return (
    <p className="flex flex-wrap items-center gap-2">
      {configurationId ? (
        <>
          <ConnectButton configurationId={configurationId} returnTo={returnTo} signIn={words.signIn}>
            Sign in again
          </ConnectButton>
          <Link className={buttonStyle()} href="/settings/accounts">
            {accountsLabel(words)}
          </Link>
        </>
      ) : (
        <Link className={buttonStyle({ tone: "primary" })} href={newConfigurationAddress(vendor)}>
          Back to the form
        </Link>
      )}
    </p>
  );
}
