import type { Change, Changes } from "./read-changes.ts";
import { openingText, partingText, textOf } from "./event-text.ts";

/** bytes that may wait for a reader before it is given up */
const bufferBytesMax = 1_048_576;
/** bytes beyond which someone who is behind gets no more until they have read some */
const bufferBytesBehind = 262_144;
/** how long a reader that is behind may take nothing at all */
const stuckMs = 30_000;
const retryMs = 2_000;

/** What a stream's credential is known by. */
export type Credential = { sessionHash: Buffer } | { tokenId: string };
export type WatcherOptions = {
  organisationId: string;
  userId: string;
  role: string;
  credential: Credential;
  after: number;
  onClosed: (watcher: Watcher) => void;
  /** it has read what waited for it */
  onDrained: () => void;
};

const encoder = new TextEncoder();

/** One open stream: how far it is, what its person may see, and what waits to be read by them. */
export class Watcher {
  readonly organisationId: string;
  readonly userId: string;
  readonly role: string;
  readonly credential: Credential;
  readonly body: ReadableStream<Uint8Array>;
  cursor: number;
  private accessKey: string | null = null;
  private waitingSince: number | null = null;
  private sink!: ReadableStreamDefaultController<Uint8Array>;
  private closed = false;
  private readonly onClosed: (watcher: Watcher) => void;

  constructor({ onClosed, onDrained, after, ...who }: WatcherOptions) {
    this.organisationId = who.organisationId;
    this.userId = who.userId;
    this.role = who.role;
    this.credential = who.credential;
    this.cursor = after;
    this.onClosed = onClosed;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.sink = controller),
        pull: () => {
          if (this.waitingSince === null) return;
          this.waitingSince = null;
          onDrained();
        },
        cancel: () => this.leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
    );
    this.write(openingText(after, retryMs));
  }

  /** Whether it can be given a page that isn't the last; ends it when its reader has taken nothing for long. */
  takesMore(nowMs: number): boolean {
    if (this.waitingBytes <= bufferBytesBehind) return true;
    this.waitingSince ??= nowMs;
    if (nowMs - this.waitingSince > stuckMs) this.finish();
    return false;
  }

  /** Gives what its person may see of a page, if it isn't past that, and moves on to the page's end. */
  give({ changes, end, access }: Changes): void {
    const now = access.get(this.userId);
    if (!now || this.closed) return;
    if (this.accessKey !== null && this.accessKey !== now.key)
      this.write(textOf({ event: "access", id: this.cursor }));
    this.accessKey = now.key;
    const seen = (one: Change) =>
      one.sequence > this.cursor && (one.configurationId === null || now.readable.has(one.configurationId));
    const text = changes
      .filter(seen)
      .map((one) => one.text)
      .join("");
    this.cursor = Math.max(this.cursor, end);
    if (text) this.write(text);
  }

  /** What it holds may be wrong: it asks anew, and goes on from `at`. */
  reset(at: number): void {
    this.cursor = at;
    this.write(textOf({ event: "reset", id: at }));
  }

  beat(): void {
    this.write(textOf({ event: "heartbeat", id: this.cursor }));
  }

  /** Its person or credential is good no more, or is another one's now. */
  end(): void {
    this.write(textOf({ event: "end", id: this.cursor }));
    this.finish();
  }

  /** The process ends: the client comes back, to another one. */
  part(): void {
    this.write(partingText(200 + Math.floor(Math.random() * 800)));
    this.finish();
  }

  private write(text: string): void {
    if (this.closed) return;
    this.sink.enqueue(encoder.encode(text));
    // a reader this slow would cost memory without end; it comes back and goes on where it was
    if ((this.sink.desiredSize ?? 0) <= 0) this.finish();
  }

  private get waitingBytes(): number {
    return bufferBytesMax - (this.sink.desiredSize ?? 0);
  }

  private finish(): void {
    if (this.closed) return;
    // what a slow reader never took is thrown away, or it would be kept for as long as they stay
    if (this.waitingBytes > bufferBytesBehind)
      this.sink.error(new DOMException("the reader is too slow", "AbortError"));
    else this.sink.close();
    this.leave();
  }

  private leave(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClosed(this);
  }
}
