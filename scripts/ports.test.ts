import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort, isFree } from "./ports.ts";

describe("a free port", () => {
  it("is never one that an outgoing connection may take", async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, freePort));
    expect(Math.max(...ports)).toBeLessThan(32_768);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(1_024);
    expect(new Set(ports).size).toBeGreaterThan(150);
  });

  it("isn't one where a server of this machine's own address listens", async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      expect(await isFree(port)).toBe(false);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await isFree(port)).toBe(true);
  });
});
