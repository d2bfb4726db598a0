import type { Services } from "#lib/core/context.ts";
import { readChanges } from "./read-changes.ts";
import type { Watcher } from "./watcher.ts";

/**
 * Reads one organisation's changes for all its streams in this process. Only one read runs at a time. Streams at the
 * same change number share a read. In each round a slow stream gets only one page, so that other streams don't wait.
 */
export class OrganisationReader {
  readonly watchers = new Set<Watcher>();
  private readonly services: Services;
  private readonly organisationId: string;
  private reading: Promise<void> | null = null;
  private wanted = false;
  /** when people's access was last read, by `performance.now()` */
  private accessReadAtMs = 0;

  constructor(services: Services, organisationId: string) {
    this.services = services;
    this.organisationId = organisationId;
  }

  /** Reads now. If a read is running, reads once more afterwards. Never throws; a failure is logged. */
  wake(): void {
    this.wanted = true;
    this.reading ??= this.run().finally(() => {
      this.reading = null;
    });
  }

  /**
   * Reads if a stream isn't at change number `last`, or if people's access was last read more than `accessEveryMs` ago.
   */
  wakeIfBehind(last: number, accessEveryMs: number): void {
    const isSomeoneBehind = [...this.watchers].some(({ cursor }) => cursor !== last);
    if (isSomeoneBehind || performance.now() - this.accessReadAtMs > accessEveryMs) this.wake();
  }

  private async run(): Promise<void> {
    while (this.wanted && this.watchers.size > 0) {
      this.wanted = false;
      try {
        if (await this.round()) this.wanted = true;
      } catch (error) {
        this.services.log("stream.read_failed", { organisationId: this.organisationId, error });
        return;
      }
    }
  }

  /** Gives every stream one page of changes. Returns whether there is more to read. */
  private async round(): Promise<boolean> {
    this.accessReadAtMs = performance.now();
    let more = false;
    const waiting = [...this.watchers].toSorted((a, b) => a.cursor - b.cursor);
    while (waiting[0]) {
      const after = waiting[0].cursor;
      const userIds = [...new Set(waiting.map(({ userId }) => userId))];
      const page = await readChanges(this.services, this.organisationId, after, userIds);
      const isLastPage = page.end === page.last;
      while (waiting[0] && (isLastPage || waiting[0].cursor < page.end)) {
        const watcher = waiting.shift();
        if (!watcher || !this.watchers.has(watcher)) continue;
        // a database restored from a backup counts from an earlier number again
        if (watcher.cursor > page.last) watcher.reset(page.last);
        else if (isLastPage) watcher.write(page);
        else if (watcher.acceptsMore(performance.now())) {
          watcher.write(page);
          more = true;
        }
      }
    }
    return more;
  }
}
