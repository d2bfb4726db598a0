"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { Store } from "./store.ts";
import { useStore } from "./use-store.ts";

/** the header in which each answer of the portal names the build that gave it; next.config.ts sets it */
const buildHeader = "x-pocketsoc-build";

/**
 * Whether this page is older than the portal: the portal was updated while the page stood open. Once true, it stays true
 * until the page is reloaded. In development, where nothing has a build, it is false.
 */
class PortalBuild extends Store<{ isOutdated: boolean }> {
  constructor() {
    super({ isOutdated: false });
  }

  /** Compares the build that gave an answer with the page's own. */
  readonly note = (answer: Response): void => {
    const current = answer.headers.get(buildHeader);
    const own = document.documentElement.dataset.build;
    if (current && own && current !== own) this.outdate();
  };

  readonly outdate = (): void => this.change({ isOutdated: true });
}

export const portalBuild = new PortalBuild();
export const useIsOutdated = (): boolean => useStore(portalBuild).isOutdated;

/**
 * Whether the portal itself answers, rather than a proxy in front of it, and has not been updated. Only then may a page be
 * reread by itself: otherwise the browser would load it anew, and what the person typed would be gone.
 */
export async function canReread(): Promise<boolean> {
  try {
    const answer = await fetch("/api/health/live", { cache: "no-store" });
    if (!answer.ok) return false;
    portalBuild.note(answer);
    return !portalBuild.get().isOutdated;
  } catch {
    // nothing answers
    return false;
  }
}

/** Returns a function that rereads the page if that loses nothing; see `canReread`. */
export function useReread(): () => void {
  const router = useRouter();
  return useCallback(() => void canReread().then((can) => can && router.refresh()), [router]);
}
