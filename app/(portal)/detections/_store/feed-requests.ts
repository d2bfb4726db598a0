import type { FeedItem, FeedPage, FeedSummary } from "#lib/triage/list.ts";
import type { Got, Surroundings } from "./surroundings.ts";

/** how many rows one request may name */
const idsMax = 50;

const troubles = {
  signed_out: "Your session has ended. Reload the page to sign in again; what you see stays until then.",
  unreachable:
    "The portal can't be reached, so this list may be out of date. It updates once the portal answers.",
};

type Feed = {
  /** displays a problem; null removes it */
  tell: (trouble: string | null) => void;
};

/** The feed's requests to the portal. */
export class FeedRequests {
  readonly #surroundings: Surroundings;
  readonly #feed: Feed;

  constructor(surroundings: Surroundings, feed: Feed) {
    this.#surroundings = surroundings;
    this.#feed = feed;
  }

  /** Requests `address`. Never throws. */
  ask<T>(address: string): Promise<Got<T>> {
    return this.#surroundings.request<T>(address);
  }

  /**
   * Requests `address` and tells whether the portal answered. Returns null if there is no answer, or if the page is for
   * somebody else.
   */
  async get<T extends FeedSummary>(address: string): Promise<T | null> {
    const got = await this.ask<T>(address);
    if (this.leaves(got)) return null;
    this.#feed.tell(got.ok ? null : troubles[got.failure]);
    return got.ok ? got.value : null;
  }

  /** Requests the rows with these ids, in several requests if there are many. Yields the rows of each answer. */
  async *rows(ids: readonly string[]): AsyncGenerator<FeedItem[]> {
    for (let at = 0; at < ids.length; at += idsMax) {
      const page = await this.get<FeedPage>(`/api/feed?id=${ids.slice(at, at + idsMax).join(",")}`);
      if (page) yield page.items;
    }
  }

  /**
   * Whether the portal refused because the browser's session has another organisation or person now, which another tab chose.
   * If so, opens their feed.
   */
  leaves<T>(got: Got<T>): got is { ok: false; failure: "for_other" } {
    if (got.ok || got.failure !== "for_other") return false;
    this.#surroundings.goTo("/detections");
    return true;
  }
}
