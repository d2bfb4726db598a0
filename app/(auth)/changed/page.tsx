import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { buttonStyle } from "#components/ui/button.tsx";
import { currentPerson, ownPath } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Another tab changed your sign-in" };

/**
 * The page to which a link leads if the tab was rendered for another organisation or person than the browser's session has
 * now. It leads on to the page `next` as a new document, whose frame names the present ones.
 */
export default async function ChangedPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  const back = ownPath(typeof next === "string" ? next : null);
  const person = await currentPerson();
  if (!person?.membership) redirect(back);
  const place = `${person.membership.organisationName} as ${person.name}`;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-md rounded-lg border border-line bg-raised p-6">
        <h1 className="text-xl font-semibold">{`This browser is now in ${place}`}</h1>
        <p className="mt-3 mb-5 text-sm">
          The tab that you came from showed another organisation, or somebody else&apos;s view. All tabs of a
          browser share one sign-in, so it can&apos;t go on. Nothing was changed.
        </p>
        {/* a new document, so that nothing of the earlier page stays */}
        <a className={buttonStyle({ tone: "primary" })} href={back}>
          {`Go on in ${person.membership.organisationName}`}
        </a>
      </div>
    </main>
  );
}
