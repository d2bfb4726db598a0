import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publicAddressProblem } from "#lib/domain/public-address.ts";
import { type ForwardProxy, startForwardProxy } from "#test/forward-proxy.ts";
import { proxied, proxiedCertificates, trustProxiedCertificates } from "#test/proxied-names.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#test/webhook-receiver.ts";
import { openEgress } from "./egress.ts";
import { createOutgoingSender } from "./outgoing-http.ts";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver.stop());

const request = { headers: { "content-type": "application/json" }, body: '{"ä":1}' };
const sendDirectly = createOutgoingSender(openEgress(null));
const post = (address: string, checkAddress: (address: string) => string | null = () => null) =>
  sendDirectly({ ...request, address, checkAddress, isNamedHost: false });

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

describe("an outgoing request behind a proxy", () => {
  const publicIp = "93.184.215.14";
  let distrust: () => void;
  let behind: WebhookReceiver;
  let proxy: ForwardProxy;
  let looked: string[];
  beforeAll(async () => {
    distrust = await trustProxiedCertificates();
    behind = await startWebhookReceiver({ certificates: proxiedCertificates });
    proxy = await startForwardProxy({
      [`${publicIp}:443`]: behind.port,
      [`${proxied.receiver}:443`]: behind.port,
    });
  });
  beforeEach(() => {
    behind.received.length = 0;
    looked = [];
    proxy.reset();
  });
  afterAll(async () => {
    await proxy.stop();
    await behind.stop();
    distrust();
  });

  /** Posts through the proxy. `found` are the IP addresses that the name resolves to here; none: it is unknown. */
  const postThrough = (host: string, found: string[], { isNamedHost = false, noProxy = "" } = {}) =>
    createOutgoingSender(openEgress(proxy.settings({ NO_PROXY: noProxy })), async (name) => {
      looked.push(name);
      if (found.length === 0) throw Object.assign(new Error("unknown"), { code: "ENOTFOUND" });
      return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    })({
      ...request,
      address: `https://${host}/in`,
      isNamedHost,
      checkAddress: isNamedHost ? () => null : publicAddressProblem,
    });

  it("is tunnelled to the checked IP address, with the name in TLS and in Host", async () => {
    const found = ["2606:2800:220:1:248:1893:25c8:1946", publicIp];
    expect(await postThrough(proxied.receiver, found)).toMatchObject({ outcome: "answered", status: 204 });
    expect(proxy.connects).toEqual([`${publicIp}:443`]);
    expect(behind.received).toMatchObject([
      { servername: proxied.receiver, headers: { host: proxied.receiver }, body: '{"ä":1}' },
    ]);
  });

  it.each([
    [proxied.receiver, ["10.1.2.3"]],
    [proxied.receiver, [publicIp, "192.168.1.1"]],
    [proxied.receiver, ["169.254.169.254"]],
    [proxied.receiver, ["fd00::1"]],
    ["10.1.2.3", ["10.1.2.3"]],
    ["[fd00::1]", ["fd00::1"]],
    ["169.254.169.254", ["169.254.169.254"]],
  ])("isn't sent to an internal address: %s, found at %j", async (host, found) => {
    expect(await postThrough(host, found)).toEqual({
      outcome: "refused",
      why: `${host} doesn't lead to an address on the internet`,
      found: expect.stringContaining(" is "),
    });
    expect(proxy.connects).toEqual([]);
  });

  it("isn't sent to a name that is unknown here, because nobody could check it", async () => {
    expect(await postThrough(proxied.receiver, [])).toEqual({
      outcome: "unreachable",
      why: "name",
      proxy: { proxy: proxy.name, failure: null },
    });
    expect(proxy.connects).toEqual([]);
  });

  it("goes by name to a host that the operator named, without a lookup", async () => {
    expect(await postThrough(proxied.receiver, [], { isNamedHost: true })).toMatchObject({ status: 204 });
    expect(proxy.connects).toEqual([`${proxied.receiver}:443`]);
    expect(looked).toEqual([]);
  });

  it("goes directly to a host in NO_PROXY, and is checked there too", async () => {
    const noProxy = proxied.receiver;
    expect(await postThrough(proxied.receiver, ["127.0.0.1"], { noProxy })).toMatchObject({
      outcome: "refused",
    });
    const directly = await postThrough(`${proxied.receiver}:${behind.port}`, ["127.0.0.1"], {
      noProxy,
      isNamedHost: true,
    });
    expect(directly).toMatchObject({ outcome: "answered", status: 204 });
    expect(proxy.connects).toEqual([]);
  });

  it("stays in the tunnel if NO_PROXY excepts the IP address that the name resolves to", async () => {
    const noProxy = `${publicIp}/24`;
    expect(await postThrough(proxied.receiver, [publicIp], { noProxy })).toMatchObject({ status: 204 });
    expect(proxy.connects).toEqual([`${publicIp}:443`]);
  });

  it("tells how the proxy failed", async () => {
    proxy.fail(403);
    expect(await postThrough(proxied.receiver, [publicIp])).toEqual({
      outcome: "unreachable",
      why: "connection",
      proxy: { proxy: proxy.name, failure: 403 },
    });
  });
});
