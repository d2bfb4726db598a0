import { portalBuild } from "#components/ui/portal-build.ts";

/** An answer of the portal, or the reason why there is no answer. */
export type Got<T> = { ok: true; value: T } | { ok: false; failure: "signed_out" | "unreachable" };

/** What the feed needs from the browser. Tests pass their own implementation. */
export type Surroundings = {
  /** requests an address of the portal; never throws */
  request: <T>(address: string) => Promise<Got<T>>;
  isHidden: () => boolean;
  /** calls `listener` when the page is hidden or becomes visible; returns a function that stops the calls */
  onVisibility: (listener: () => void) => () => void;
  /** calls `draw` before the next frame */
  onFrame: (draw: () => void) => void;
  /** opens another page */
  goTo: (address: string) => void;
};

/** The implementation for a real browser. */
export const inBrowser: Surroundings = {
  request,
  isHidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  },
  onFrame: (draw) => void requestAnimationFrame(draw),
  goTo: (address) => location.assign(address),
};

async function request<T>(address: string): Promise<Got<T>> {
  try {
    const response = await fetch(address, { cache: "no-store" });
    portalBuild.note(response);
    if (response.status === 401) return { ok: false, failure: "signed_out" };
    if (!response.ok) return { ok: false, failure: "unreachable" };
    return { ok: true, value: (await response.json()) as T };
  } catch {
    // no connection, or an answer that isn't the portal's
    return { ok: false, failure: "unreachable" };
  }
}
