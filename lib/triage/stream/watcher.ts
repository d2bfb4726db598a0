import type { Change, Changes } from "./read-changes.ts";
import { closingText, openingText, textOf } from "./event-text.ts";

/** the number of unread bytes at which a stream ends */
const bufferBytesMax = 1_048_576;
/** a client with more unread bytes than this gets no further page of changes for now */
const bufferBytesBehind = 262_144;
/** a stream ends if its client has unread bytes and reads nothing for this long */
const stuckMs = 30_000;
const retryMs = 2_000;

/** The session or API token that opened a stream. */
export type Credential = { sessionHash: Buffer } | { tokenId: string };
export type WatcherOptions = {
  organisationId: string;
  userId: string;
  role: string;
  credential: Credential;
  after: number;
  onClosed: (watcher: Watcher) => void;
  /** called when the client has read all waiting bytes */
  onDrained: () => void;
};

const encoder = new TextEncoder();

/**
 * One open stream: the client's position in the change sequence, the person's access, and the bytes that the client
 * hasn't read.
 */
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

  constructor({ onClosed, onDrained, after, ...person }: WatcherOptions) {
    this.organisationId = person.organisationId;
    this.userId = person.userId;
    this.role = person.role;
    this.credential = person.credential;
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
    this.send(openingText(after, retryMs));
  }

  /** Whether the client can take another page of changes. Ends the stream if the client has read nothing for 30 s. */
  acceptsMore(nowMs: number): boolean {
    if (this.waitingBytes <= bufferBytesBehind) return true;
    this.waitingSince ??= nowMs;
    if (nowMs - this.waitingSince > stuckMs) this.finish();
    return false;
  }

  /** Sends those changes that come after the cursor and that the person may see. Then moves the cursor to `end`. */
  write({ changes, end, access }: Changes): void {
    const now = access.get(this.userId);
    if (!now || this.closed) return;
    if (this.accessKey !== null && this.accessKey !== now.key)
      this.send(textOf({ event: "access", id: this.cursor }));
    this.accessKey = now.key;
    const isSent = ({ sequence, configurationId }: Change) =>
      sequence > this.cursor && (configurationId === null || now.readable.has(configurationId));
    const sent = changes
      .filter(isSent)
      .map(({ text }) => text)
      .join("");
    this.cursor = Math.max(this.cursor, end);
    if (sent) this.send(sent);
  }

  /** Makes the client load the list of detections again. Sets the cursor to change number `at`. */
  reset(at: number): void {
    this.cursor = at;
    this.send(textOf({ event: "reset", id: at }));
  }

  heartbeat(): void {
    this.send(textOf({ event: "heartbeat", id: this.cursor }));
  }

  /** Ends the stream because its credential is no longer valid. */
  end(): void {
    this.send(textOf({ event: "end", id: this.cursor }));
    this.finish();
  }

  /** Ends the stream because this process can't serve it any longer. The client reconnects after a random time of up to a second. */
  endForRestart(): void {
    this.send(closingText(200 + Math.floor(Math.random() * 800)));
    this.finish();
  }

  private send(text: string): void {
    if (this.closed) return;
    this.sink.enqueue(encoder.encode(text));
    // the memory for a slow client must have a limit; it reconnects and continues where it was
    if ((this.sink.desiredSize ?? 0) <= 0) this.finish();
  }

  private get waitingBytes(): number {
    return bufferBytesMax - (this.sink.desiredSize ?? 0);
  }

  private finish(): void {
    if (this.closed) return;
    // close() would keep the unread bytes for as long as a slow client stays, error() drops them
    if (this.waitingBytes > bufferBytesBehind)
      this.sink.error(new DOMException("the client reads too slowly", "AbortError"));
    else this.sink.close();
    this.leave();
  }

  private leave(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClosed(this);
  }
}
