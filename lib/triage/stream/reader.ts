import type { Services } from "#lib/core/context.ts";
import { readChanges } from "./read-changes.ts";
import type { Watcher } from "./watcher.ts";

/**
 * Reads one organisation's changes for all its streams of this process. Only one read runs at a time, and serves all streams
 * that need the same 200 changes. A stream that is far behind gets one page in each round, so that other streams don't wait
 * for it.
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

  /**
   * Reads now or, if a read is running, once more after it. Never throws: a failure is logged, and the next call reads again.
   */
  wake(): void {
    this.wanted = true;
    this.reading ??= this.run().finally(() => {
      this.reading = null;
    });
  }

  /**
   * Reads if a stream isn't at `last`, the sequence's last number, or if people's access was last read more than
   * `accessEveryMs` ago.
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

  /** Gives every stream one page. Returns whether some stream has more to read. */
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
