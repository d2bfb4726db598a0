import { redirect } from "next/navigation";
import { currentPerson, ownPath } from "#lib/auth/session.ts";

type SearchParams = Promise<{ next?: string | string[] | undefined }>;

/**
 * Returns the signed-in person, and the path of the page that they go to after this one, as the page's address says: `?next=…`.
 * Redirects to sign-in if nobody is signed in.
 */
export async function personOnTheWay(searchParams: SearchParams) {
  const { next } = await searchParams;
  const back = ownPath(typeof next === "string" ? next : null);
  const person = await currentPerson();
  if (!person) redirect(`/sign-in?next=${encodeURIComponent(back)}`);
  return { person, back };
}
