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
  /** returns the id of the organisation whose detections the feed shows */
  organisationId: () => string;
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
   * Requests `address` and tells whether the portal answered. Returns null if there is no answer, or if the answer is for
   * another organisation.
   */
  async get<T extends FeedSummary>(address: string): Promise<T | null> {
    const got = await this.ask<T>(address);
    if (got.ok && this.leaves(got.value)) return null;
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
   * Whether an answer belongs to another organisation than the feed. If so, opens the other organisation's feed. This
   * happens when the person switches organisations in another tab.
   */
  leaves({ organisationId }: FeedSummary): boolean {
    if (organisationId === this.#feed.organisationId()) return false;
    this.#surroundings.goTo("/detections");
    return true;
  }
}
