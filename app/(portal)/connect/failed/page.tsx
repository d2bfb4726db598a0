import type { Metadata } from "next";
import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { accountWords } from "#lib/core/vendors.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import { requirePage } from "#lib/auth/session.ts";
import { notTaken } from "#lib/sources/accounts/answer.ts";

export const metadata: Metadata = { title: "Sign-in refused" };

type Search = Promise<Record<string, string | string[] | undefined>>;

const unexpected =
  "Something went wrong in PocketSOC while it processed the sign-in's answer. The log has the cause.";

/** The page that says why the portal refused a sign-in response. Its text depends only on the code in the page's address. */
export default async function SignInNotTaken({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage();
  const words = accountWords(ctx.services);
  const { why } = await searchParams;
  const reason =
    typeof why === "string" && Object.hasOwn(notTaken, why)
      ? notTaken[why as keyof typeof notTaken]
      : unexpected;
  const consented = why === "consented";
  return (
    <div className="mx-auto max-w-xl space-y-4 text-sm">
      <h1 className="text-xl font-semibold">
        {consented ? `Back from ${words.signIn}` : "This sign-in was refused"}
      </h1>
      <Notice tone={consented ? undefined : "danger"} title={reason}>
        {consented
          ? "Try to sign in now. If it fails, use the consent link in the guide beside the form."
          : "Nothing was changed. Start again from PocketSOC, in one tab, and finish within ten minutes."}
      </Notice>
      <p className="flex flex-wrap gap-2">
        <Link className={buttonStyle({ tone: "primary" })} href="/settings/accounts">
          {accountsLabel(words)}
        </Link>
        <Link className={buttonStyle()} href="/detections">
          Detections
        </Link>
      </p>
    </div>
  );
}
