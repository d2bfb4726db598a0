import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getServices } from "#lib/auth/services.ts";
import { getOwnShift } from "#lib/alerting/preferences/get-own.ts";
import { actorOf } from "#lib/identity/sessions/current.ts";
import { personOnTheWay } from "../on-the-way.ts";
import { ShiftQuestion } from "./shift-question.tsx";

export const metadata: Metadata = { title: "When are you on shift?" };

/**
 * The page after a sign-in. Asks when the person is on shift. Leads straight on to the page `next` if the person has answered,
 * or may only work on alerts until they sign in again.
 */
export default async function WelcomePage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { person, back } = await personOnTheWay(searchParams);
  const actor = actorOf(person);
  if (!actor) redirect("/waiting");
  if (person.alertsOnly) redirect(back);
  const services = getServices();
  const { shift, isAsked } = await getOwnShift({ services, actor });
  if (!isAsked) redirect(back);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-2xl rounded-lg border border-line bg-raised p-4 text-sm md:p-6">
        <ShiftQuestion
          organisationId={actor.organisationId}
          shift={shift}
          back={back}
          nowIso={services.now().toISOString()}
        />
      </div>
    </main>
  );
}
