import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignOutButton } from "#components/shell/sign-out-button.tsx";
import { getServices } from "#lib/auth/services.ts";
import { currentPerson } from "#lib/auth/session.ts";
import { isWaiting, listAdminNames } from "#lib/identity/sessions/current.ts";
import { endSession } from "../actions.ts";

export const metadata: Metadata = { title: "Waiting for approval" };

export default async function WaitingPage() {
  const person = await currentPerson();
  if (!person) redirect("/sign-in");
  if (person.membership) redirect("/welcome");
  const admins = await listAdminNames(getServices(), person.directoryId);
  const waiting = await isWaiting(getServices(), person);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-md rounded-lg border border-line bg-raised p-6">
        <h1 className="text-xl font-semibold">You are signed in, but not in the team yet</h1>
        <p className="mt-3 text-sm">
          You are {person.name} ({person.signInName}).{" "}
          {waiting
            ? "An admin must approve your request under Settings > Team. Ask one of these, then reload this page:"
            : "Your request was declined. To ask again, sign out, sign in again, and tell one of these admins:"}
        </p>
        <ul className="my-3 list-disc pl-5 text-sm">
          {admins.length ? (
            admins.map((name) => <li key={name}>{name}</li>)
          ) : (
            <li>Nobody is an admin yet. Ask whoever runs PocketSOC.</li>
          )}
        </ul>
        <SignOutButton signOut={endSession} />
      </div>
    </main>
  );
}
