import type { Metadata } from "next";
import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getOwnSignIn, type OwnSignIn } from "#lib/sources/accounts/list.ts";
import { ConnectAgain } from "../_components/connect-again.tsx";
import { FinishSignIn } from "../_components/finish-sign-in.tsx";

export const metadata: Metadata = { title: "Connect an Azure account" };

/** Where a sign-in goes on when the person has come back from Microsoft. */
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
          Azure accounts
        </Link>
      </Frame>
    );
  }
  return (
    <Frame title={found.displayName ? `Connect to ${found.displayName}` : "Connect an Azure account"}>
      {found.state === "signed_in" ? (
        <FinishSignIn
          id={found.id}
          account={found.account ?? ""}
          isOther={found.isOther}
          configurationId={found.configurationId}
        />
      ) : found.state === "done" ? (
        <Notice tone="success" title="This sign-in is over: it is done">
          {found.account} is connected.{" "}
          <Link className="text-accent underline" href="/settings/accounts">
            Azure accounts
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
            <p>Begin it again. Each sign-in is good for ten minutes and one answer.</p>
          ) : (
            <>
              <p>{signIn.remedy}</p>
              {signIn.vendorCode ? (
                <p className="mt-1">
                  {`Microsoft's number: `}
                  <span className="font-mono">{signIn.vendorCode}</span>
                </p>
              ) : null}
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
                    Consent for the directory
                  </a>{" "}
                  (an administrator of it)
                </p>
              ) : null}
              <p className="mt-1">Nothing was changed.</p>
            </>
          )}
        </Notice>
      </div>
      <ConnectAgain configurationId={signIn.configurationId} returnTo={signIn.returnTo} />
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
