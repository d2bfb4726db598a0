"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { otherReader, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { Store } from "./store.ts";
import { useStore } from "./use-store.ts";

/** the header in which each answer of the portal names the build that gave it; next.config.ts sets it */
const buildHeader = "x-pocketsoc-build";

/**
 * `isOutdated`: the portal was updated while the page stood open. Once true, it stays true until the page is reloaded. In
 * development, where nothing has a build, it is false. `isForOther`: the browser's session now has another organisation or
 * person than the page was rendered for. `isSignedOut`: the session has ended.
 */
type State = { isOutdated: boolean; isForOther: boolean; isSignedOut: boolean };

/** Whether this page still is what the portal would render. */
class PageState extends Store<State> {
  constructor() {
    super({ isOutdated: false, isForOther: false, isSignedOut: false });
  }

  /** Notes what an answer says about the page: the build that gave it, whom the page is for, and whether the session has ended. */
  readonly note = ({ headers, status }: Response): void => {
    const current = headers.get(buildHeader);
    const own = document.documentElement.dataset.build;
    if (current && own && current !== own) this.outdate();
    if (headers.get(renderedForHeader) === otherReader) this.change({ isForOther: true });
    if (status === 401) this.change({ isSignedOut: true });
  };

  readonly outdate = (): void => this.change({ isOutdated: true });
  readonly setForOther = (): void => this.change({ isForOther: true });
  readonly setSignedOut = (): void => this.change({ isSignedOut: true });
  /** Notes that the session is the page's own, perhaps again. */
  readonly settle = (): void => this.change({ isForOther: false, isSignedOut: false });
}

export const pageState = new PageState();
export const usePageState = (): State => useStore(pageState);

/** Whether the page may be reread by itself, as far as the page knows. See `canReread`. */
export const isCurrent = (): boolean => Object.values(pageState.get()).every((isOff) => !isOff);

/**
 * Whether the portal itself answers, rather than a proxy in front of it, and would render this page again: the portal wasn't
 * updated, and the session goes on, for the same organisation and person. Only then may a page be reread by itself.
 * Otherwise the browser would load another page, and what the person typed would be gone.
 */
export async function canReread(): Promise<boolean> {
  try {
    const answer = await fetch("/api/session", { cache: "no-store" });
    pageState.note(answer);
    if (!answer.ok) return false;
    pageState.settle();
    return isCurrent();
  } catch {
    // no answer, so nothing could be reread either
    return false;
  }
}

/** Whether the portal answers that it can't reach its database. */
export async function isDatabaseGone(): Promise<boolean> {
  try {
    const answer = await fetch("/api/session", { cache: "no-store" });
    pageState.note(answer);
    const { error } = (await answer.json()) as { error?: { code?: string } };
    return error?.code === "unavailable";
  } catch {
    // no answer of the portal's own, so nothing is known about its database
    return false;
  }
}

/** Returns a function that rereads the page if that loses nothing; see `canReread`. */
export function useReread(): () => void {
  const router = useRouter();
  return useCallback(() => void canReread().then((can) => can && router.refresh()), [router]);
}
