export const hintTopics = ["changes", "deliveries"] as const;
export type HintTopic = (typeof hintTopics)[number];

/**
 * Tells other processes that something was committed, so that they look now and not at their next turn. A hint
 * may be lost: whoever listens also looks every second or two.
 */
export type Hints = {
  /** After the commit, never inside a transaction. */
  publish(topic: HintTopic, organisationId: string): void;
  /** Calls `listener` with the organisations that were published, also by this process; returns how to stop. */
  subscribe(topic: HintTopic, listener: (organisationIds: string[]) => void): () => void;
  close(): Promise<void>;
};
