import type { Metadata } from "next";
import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { notTaken } from "#lib/sources/accounts/answer.ts";

export const metadata: Metadata = { title: "Sign-in not taken" };

type Search = Promise<Record<string, string | string[] | undefined>>;

const unexpected =
  "Something went wrong on our side while the answer from Microsoft was taken; the log has the cause.";

/** A sign-in's answer that wasn't taken; which is said by a code of ours, never by what the address holds. */
export default async function SignInNotTaken({ searchParams }: { searchParams: Search }) {
  await requirePage();
  const { why } = await searchParams;
  const reason =
    typeof why === "string" && Object.hasOwn(notTaken, why)
      ? notTaken[why as keyof typeof notTaken]
      : unexpected;
  const consented = why === "consented";
  return (
    <div className="mx-auto max-w-xl space-y-4 text-sm">
      <h1 className="text-xl font-semibold">
        {consented ? "Back from Microsoft" : "This sign-in was not taken"}
      </h1>
      <Notice tone={consented ? undefined : "danger"} title={reason}>
        {consented
          ? "Try the sign-in now. If it fails, the consent link stands in the guide beside the form."
          : "Nothing was changed. Begin the sign-in again from PocketSOC, in one tab, and finish it within ten minutes."}
      </Notice>
      <p className="flex flex-wrap gap-2">
        <Link className={buttonStyle({ tone: "primary" })} href="/settings/accounts">
          Azure accounts
        </Link>
        <Link className={buttonStyle()} href="/detections">
          Detections
        </Link>
      </p>
    </div>
  );
}
