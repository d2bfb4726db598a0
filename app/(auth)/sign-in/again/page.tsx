import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { personOnTheWay } from "../../on-the-way.ts";
import { SignInButton } from "../sign-in-button.tsx";

export const metadata: Metadata = { title: "Sign in again" };

/** The page that asks a person to sign in again. Their session on this device allows only alerts. */
export default async function SignInAgainPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { person, back } = await personOnTheWay(searchParams);
  if (!person.alertsOnly) redirect(back);
  const isSettings = /^\/settings\b/.test(back);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm rounded-lg border border-line bg-raised p-6">
        <h1 className="text-xl font-semibold">
          {isSettings ? "Sign in again to open Settings" : "Sign in again to go on"}
        </h1>
        <p className="mt-3 text-sm">You are {person.name}, and your last sign-in here is some time ago.</p>
        <p className="mt-2 mb-5 text-sm text-muted">
          This device stays signed in for 7 days, so that alerts can be read and acted on at once. Nothing
          else can be seen or changed in that time by whoever holds it.
        </p>
        <SignInButton back={back} />
        <p className="mt-5 text-sm">
          <Link className="text-accent underline" href="/detections">
            Back to the alerts
          </Link>
        </p>
      </div>
    </main>
  );
}
