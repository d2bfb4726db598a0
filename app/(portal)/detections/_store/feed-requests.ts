import type { FeedSummary } from "#lib/triage/list.ts";
import type { Got, Surroundings } from "./surroundings.ts";

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
    const answer = await this.ask<T>(address);
    if (answer.ok && this.leaves(answer.value)) return null;
    this.#feed.tell(answer.ok ? null : troubles[answer.failure]);
    return answer.ok ? answer.value : null;
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
