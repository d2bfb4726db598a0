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

const post = (address: string, checkAddress: (address: string) => string | null = () => null) =>
  postOutgoing({ address, headers: { "content-type": "application/json" }, body: '{"ä":1}', checkAddress });

describe("an outgoing request", () => {
  it("is posted to an address that was found by the lookup and checked", async () => {
    const checked: string[] = [];
    const answer = await post(`https://${receiver.host}/in`, (address) => {
      checked.push(address);
      return null;
    });
    expect(answer).toEqual({ outcome: "answered", status: 204, retryAfterMs: null });
    expect(receiver.received).toMatchObject([
      { path: "/in", body: '{"ä":1}', headers: { "content-length": "8", host: receiver.host } },
    ]);
    expect(checked.length).toBeGreaterThan(0);
    for (const address of checked) expect(["127.0.0.1", "::1"]).toContain(address);
  });

  it("isn't sent to an internal address, however its host is written", async () => {
    expect(await post(`https://${receiver.host}/in`, publicAddressProblem)).toEqual({
      outcome: "refused",
      why: "localhost doesn't lead to an address on the internet",
      found: expect.stringMatching(/^(127\.0\.0\.1|::1) means the machine itself$/),
    });
    const port = receiver.host.split(":")[1];
    for (const host of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "0"])
      expect([host, await post(`https://${host}:${port}/in`, publicAddressProblem)]).toEqual([
        host,
        { outcome: "refused", why: expect.any(String), found: expect.any(String) },
      ]);
    expect(receiver.received).toEqual([]);
  });

  it("isn't sent over plain HTTP", async () => {
    expect(await post(`http://${receiver.host}/in`)).toMatchObject({ outcome: "refused" });
  });

  it("isn't sent to a server with an untrusted certificate", async () => {
    const stranger = await startWebhookReceiver({ certificates: join(".pocketsoc", "test-stranger") });
    expect(await post(`https://${stranger.host}/in`)).toEqual({ outcome: "unreachable", why: "certificate" });
    expect(stranger.received).toEqual([]);
    const { host } = stranger;
    await stranger.stop();
    expect(await post(`https://${host}/in`)).toEqual({ outcome: "unreachable", why: "connection" });
  });

  it("reports an unknown name", async () => {
    expect(await post("https://nobody.invalid/in")).toEqual({ outcome: "unreachable", why: "name" });
  });
});
