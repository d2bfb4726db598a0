import { describe, expect, it } from "vitest";
import { payloadsOf } from "./hints.ts";

describe("a hint's payload", () => {
  it("names the organisations by topic", () => {
    const pending = new Map([["changes", new Set(["a", "b"])]] as const);
    expect(payloadsOf(pending)).toEqual(['{"changes":["a","b"]}']);
  });

  it("is split so that PostgreSQL takes each part, and loses nobody", () => {
    const ids = Array.from({ length: 1_000 }, () => crypto.randomUUID());
    const payloads = payloadsOf(new Map([["deliveries", new Set(ids)]] as const));
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
    const told = payloads.flatMap((text) => (JSON.parse(text) as { deliveries: string[] }).deliveries);
    expect(told).toEqual(ids);
  });
});
