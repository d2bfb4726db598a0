import type { Metadata } from "next";
import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { accountWords } from "#lib/core/vendors.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getOwnSignIn, type OwnSignIn } from "#lib/sources/accounts/list.ts";
import { ConnectAgain } from "../_components/connect-again.tsx";
import { FinishSignIn } from "../_components/finish-sign-in.tsx";

export const metadata: Metadata = { title: "Connect an account" };

/** The page on which a sign-in continues after the person has come back from the authority. */
export default async function ConnectPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requirePage("settings.own");
  const { id } = await params;
  const found = await getOwnSignIn(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") return error.message;
    throw error;
  });
  if (typeof found === "string") {
    return (
      <Frame title="This sign-in is over">
        <Notice tone="warning" title={found} />
        <Link className={buttonStyle()} href="/settings/accounts">
          {accountsLabel(accountWords(ctx.services))}
        </Link>
      </Frame>
    );
  }
  return (
    <Frame
      title={found.displayName ? `Connect to ${found.displayName}` : `Connect your ${found.words.account}`}
    >
      {found.state === "signed_in" ? (
        <FinishSignIn
          id={found.id}
          account={found.account ?? ""}
          isOther={found.isOther}
          configurationId={found.configurationId}
          vendor={found.vendor}
          words={found.words}
        />
      ) : found.state === "done" ? (
        <Notice tone="success" title="This sign-in is complete">
          {found.account} is connected.{" "}
          <Link className="text-accent underline" href="/settings/accounts">
            {accountsLabel(found.words)}
          </Link>
        </Notice>
      ) : (
        <Failed signIn={found} />
      )}
    </Frame>
  );
}

function Failed({ signIn }: { signIn: OwnSignIn }) {
  const over = signIn.state !== "failed";
  return (
    <>
      <div role="alert">
        <Notice
          tone="danger"
          title={
            over
              ? "The sign-in didn't finish, so nothing was changed"
              : (signIn.problem ?? "The sign-in failed.")
          }
        >
          {over ? (
            <p>Sign in again. Each sign-in is valid for ten minutes and can be used once.</p>
          ) : (
            <>
              <p>{signIn.remedy}</p>
              {signIn.problemCode === "redirect_wrong" ? (
                <code className="mt-2 block font-mono text-xs break-all">{signIn.redirectUri}</code>
              ) : null}
              {signIn.consentUrl ? (
                <p className="mt-2">
                  <a
                    className="text-accent underline"
                    href={signIn.consentUrl}
                    target="_blank"
                    rel="noreferrer"
                  >
                    Grant consent
                  </a>{" "}
                  (as an administrator)
                </p>
              ) : null}
              <p className="mt-1">Nothing was changed.</p>
            </>
          )}
        </Notice>
      </div>
      <ConnectAgain {...signIn} />
    </>
  );
}

function Frame({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="mx-auto max-w-xl space-y-4 text-sm">
      <h1 className="text-xl font-semibold break-words">{title}</h1>
      {children}
    </div>
  );
}
