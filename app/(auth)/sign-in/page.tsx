import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Mark } from "#components/shell/mark.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { signInProblem } from "#lib/domain/sign-in.ts";
import { currentPerson, isDeactivatedHere, ownPath } from "#lib/auth/session.ts";
import { proxyReason } from "#lib/auth/proxy-reason.ts";
import { getServices } from "#lib/auth/services.ts";
import { listGuides } from "#lib/sources/guides/get.ts";
import { SignInButton } from "./sign-in-button.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ [name: string]: string | string[] | undefined }>;
}) {
  const { error, ended, next } = await searchParams;
  const back = ownPath(typeof next === "string" ? next : null);
  // whoever finished the sign-in in another tab is signed in here too
  if ((!error || error === "NotAwaited") && (await currentPerson())) redirect(back);
  const problem =
    (typeof error === "string" && (proxyReason(error) ?? signInProblem(error))) || signInProblem("Default");
  const isDeactivated = await isDeactivatedHere();
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm rounded-lg border border-line bg-raised p-6">
        <h1 className="flex items-center gap-2.5 text-xl font-semibold">
          <Mark size={28} /> PocketSOC
        </h1>
        <p className="mt-1 mb-5 text-sm text-muted">Sign in with your company's Microsoft account.</p>
        {error ? (
          <div className="mb-4">
            <Notice tone="danger" title="You are not signed in">
              {problem} Try again; if it persists, ask an admin of PocketSOC.
            </Notice>
          </div>
        ) : null}
        {isDeactivated ? (
          <div className="mb-4">
            <Notice tone="warning" title="Device deactivated">
              An admin of your team switched this device off: it was signed out, and no alert reaches it. You
              can sign in to read them here. If the device is yours to use, ask the admin to activate it again
              under Settings &gt; Readiness.
            </Notice>
          </div>
        ) : null}
        {ended ? <p className="mb-4 text-sm">You are signed out.</p> : null}
        <SignInButton back={back} />
        <p className="mt-5 text-sm text-muted">
          {"How it is set up: "}
          {listGuides(getServices()).map((guide) => (
            <Link key={guide.id} className="underline" href={guide.href} prefetch={false}>
              {guide.title}
            </Link>
          ))}
        </p>
      </div>
    </main>
  );
}
