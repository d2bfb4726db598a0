import type { Services } from "#lib/core/context.ts";
import { readChanges } from "./read-changes.ts";
import type { Watcher } from "./watcher.ts";

/**
 * Reads one organisation's changes for all its streams of this process: one after the other, and once for all
 * that are within the same 200 changes. Whoever is far behind gets a page a round, so that nobody waits for them.
 */
export class OrganisationReader {
  readonly watchers = new Set<Watcher>();
  private readonly services: Services;
  private readonly organisationId: string;
  private reading: Promise<void> | null = null;
  private wanted = false;
  /** when it was last looked at what its people may see */
  private lookedAtMs = 0;

  constructor(services: Services, organisationId: string) {
    this.services = services;
    this.organisationId = organisationId;
  }

  /** Reads now, or once more after what is being read. Never throws: the next look tries again. */
  wake(): void {
    this.wanted = true;
    this.reading ??= this.run().finally(() => {
      this.reading = null;
    });
  }

  /** Reads when the sequence is another than some stream is at, or nobody's rights were looked at for long. */
  look(last: number, rightsEveryMs: number): void {
    const someBehind = [...this.watchers].some((one) => one.cursor !== last);
    if (someBehind || performance.now() - this.lookedAtMs > rightsEveryMs) this.wake();
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

  /** One page for every stream; whether some of them have more to read. */
  private async round(): Promise<boolean> {
    this.lookedAtMs = performance.now();
    let more = false;
    const waiting = [...this.watchers].toSorted((a, b) => a.cursor - b.cursor);
    while (waiting[0]) {
      const after = waiting[0].cursor;
      const userIds = [...new Set(waiting.map((one) => one.userId))];
      const page = await readChanges(this.services, this.organisationId, after, userIds);
      const whole = page.end === page.last;
      while (waiting[0] && (whole || waiting[0].cursor < page.end)) {
        const watcher = waiting.shift();
        if (!watcher || !this.watchers.has(watcher)) continue;
        // a database that was restored from a backup counts from an earlier number again
        if (watcher.cursor > page.last) watcher.reset(page.last);
        else if (whole) watcher.give(page);
        else if (watcher.takesMore(performance.now())) {
          watcher.give(page);
          more = true;
        }
      }
    }
    return more;
  }
}
