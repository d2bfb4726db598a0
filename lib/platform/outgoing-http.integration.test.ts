import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publicAddressProblem } from "#lib/domain/public-address.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#test/webhook-receiver.ts";
import { postOutgoing } from "./outgoing-http.ts";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver.stop());

const post = (address: string, whyNot: (address: string) => string | null = () => null) =>
  postOutgoing({ address, headers: { "content-type": "application/json" }, body: '{"ä":1}', whyNot });

describe("what goes out", () => {
  it("is posted whole to where the name led at the look-up", async () => {
    const asked: string[] = [];
    const answer = await post(`https://${receiver.host}/in`, (address) => {
      asked.push(address);
      return null;
    });
    expect(answer).toEqual({ outcome: "answered", status: 204, retryAfterMs: null });
    expect(receiver.received).toMatchObject([
      { path: "/in", body: '{"ä":1}', headers: { "content-length": "8", host: receiver.host } },
    ]);
    expect(asked.length).toBeGreaterThan(0);
    for (const one of asked) expect(["127.0.0.1", "::1"]).toContain(one);
  });

  it("isn't sent where a name leads inside, whatever the name", async () => {
    expect(await post(`https://${receiver.host}/in`, publicAddressProblem)).toEqual({
      outcome: "refused",
      why: expect.stringContaining("itself"),
    });
    const port = receiver.host.split(":")[1];
    for (const host of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "0"])
      expect([host, await post(`https://${host}:${port}/in`, publicAddressProblem)]).toEqual([
        host,
        { outcome: "refused", why: expect.any(String) },
      ]);
    expect(receiver.received).toEqual([]);
  });

  it("isn't sent in the clear", async () => {
    expect(await post(`http://${receiver.host}/in`)).toMatchObject({ outcome: "refused" });
  });

  it("isn't sent to whom nobody vouches for", async () => {
    const stranger = await startWebhookReceiver({ certificates: join(".pocketsoc", "test-stranger") });
    expect(await post(`https://${stranger.host}/in`)).toEqual({ outcome: "unreachable", why: "certificate" });
    expect(stranger.received).toEqual([]);
    const { host } = stranger;
    await stranger.stop();
    expect(await post(`https://${host}/in`)).toEqual({ outcome: "unreachable", why: "connection" });
  });

  it("says that a name is unknown", async () => {
    expect(await post("https://nobody.invalid/in")).toEqual({ outcome: "unreachable", why: "name" });
  });
});
