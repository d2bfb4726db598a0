import { write, writeSync } from "node:fs";

const standardOutput = 1;
/** how many bytes wait while standard output takes nothing; further lines are dropped */
const waitingMax = 1_048_576;
const retryMs = 1_000;

/**
 * Opens standard output for the log. A failed write, as on a full disk, ends no program: what wasn't written is tried again
 * every second. Once writing works again, calls `onDropped` with the number of lines that were dropped meanwhile.
 */
export function openLogOutput(onDropped: (lines: number) => void): { write(line: string): void } {
  let current = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let isWriting = false;
  const writeMore = () => {
    if (current.length === 0) {
      current = Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
    }
    if (current.length === 0) return;
    isWriting = true;
    write(standardOutput, current, (error, written) => {
      if (error) return void setTimeout(writeMore, retryMs).unref();
      isWriting = false;
      current = current.subarray(written);
      const lines = dropped;
      dropped = 0;
      if (lines > 0) onDropped(lines);
      if (!isWriting) writeMore();
    });
  };
  process.once("exit", () => {
    try {
      for (const bytes of isWriting ? waiting : [current, ...waiting]) writeSync(standardOutput, bytes);
    } catch {
      // there is nowhere left to report it
    }
  });
  return {
    write: (line) => {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > waitingMax) return void dropped++;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (!isWriting) writeMore();
    },
  };
}
