export const hintTopics = ["changes", "deliveries"] as const;
export type HintTopic = (typeof hintTopics)[number];

/**
 * Tells other processes that something was committed, so that they read the change at once. A hint may be lost, so
 * subscribers also poll every second or two.
 */
export type Hints = {
  /** Publishes a hint. Call it after the commit, never inside a transaction. */
  publish(topic: HintTopic, organisationId: string): void;
  /**
   * Calls `listener` whenever hints arrive, with the ids of their organisations. Hints of this process arrive too. Returns
   * a function that unsubscribes.
   */
  subscribe(topic: HintTopic, listener: (organisationIds: string[]) => void): () => void;
  close(): Promise<void>;
};
