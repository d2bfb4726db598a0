import { renderedForHeader } from "#lib/domain/rendered-for.ts";
import { canReread, pageState } from "../ui/page-state.ts";

/**
 * Makes each request of the page, whoever sends it, name the organisation and the person that the page was rendered for, so
 * that the portal refuses what another tab has made wrong. Notes what each answer says about the page.
 */
export function watchRequests(): void {
  const send = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    // on the frame of signed-in pages; other pages are for nobody in particular
    const readBy = document.querySelector<HTMLElement>("[data-rendered-for]")?.dataset.renderedFor;
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    if (readBy) headers.set(renderedForHeader, readBy);
    const answer = await send(input, { ...init, headers });
    pageState.note(answer);
    if (readBy && isReread(input, headers) && !(await isStillOwn())) return nothing();
    return answer;
  };
}

/** Whether a request of Next's rereads the page that stands open. */
function isReread(input: RequestInfo | URL, headers: Headers): boolean {
  if (headers.get("rsc") !== "1" || headers.has("next-router-prefetch")) return false;
  const url = new URL(input instanceof Request ? input.url : String(input), location.href);
  // Next's own parameter, against caches
  url.searchParams.delete("_rsc");
  return (
    `${url.origin}${url.pathname}${url.search}` === `${location.origin}${location.pathname}${location.search}`
  );
}

/**
 * Whether the session still is the page's own after the page was reread. Another tab may have changed it after the page asked
 * whether it may be reread. The answer would then lead away, and what the person typed would be gone.
 */
async function isStillOwn(): Promise<boolean> {
  await canReread();
  const { isForOther, isSignedOut } = pageState.get();
  return !isForOther && !isSignedOut;
}

/** An answer that never comes: Next then leaves the page as it is until the person goes elsewhere. */
const nothing = () => new Promise<never>(() => {});
