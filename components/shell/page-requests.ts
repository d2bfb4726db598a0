import { renderedForHeader } from "#lib/domain/rendered-for.ts";
import { pageState } from "../ui/page-state.ts";

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
    return answer;
  };
}
