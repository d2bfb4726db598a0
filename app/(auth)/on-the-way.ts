import { redirect } from "next/navigation";
import { currentPerson, ownPath } from "#lib/auth/session.ts";

type SearchParams = Promise<{ next?: string | string[] | undefined }>;

/** Returns the path of the page that a person goes to after this one, as the page's address says: `?next=…`. */
export async function pathAfter(searchParams: SearchParams): Promise<string> {
  const { next } = await searchParams;
  return ownPath(typeof next === "string" ? next : null);
}

/** Returns the signed-in person, and the path of the page that they go to after this one. Redirects to sign-in if nobody is signed in. */
export async function personOnTheWay(searchParams: SearchParams) {
  const back = await pathAfter(searchParams);
  const person = await currentPerson();
  if (!person) redirect(`/sign-in?next=${encodeURIComponent(back)}`);
  return { person, back };
}
