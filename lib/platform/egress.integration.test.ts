import { createServer, type Server } from "node:http";
import { request } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ForwardProxy, startForwardProxy } from "#test/forward-proxy.ts";
import { proxied, proxiedCertificates, trustProxiedCertificates } from "#test/proxied-names.ts";
import { hurry } from "#test/time.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#test/webhook-receiver.ts";
import { type Egress, openEgress } from "./egress.ts";
import { createHttpsCall } from "./https-call.ts";
import { isCertificateError } from "./proxy-problem.ts";

const address = `https://${proxied.receiver}/in`;
let distrust: () => void;
let receiver: WebhookReceiver;
let proxy: ForwardProxy;
beforeAll(async () => {
  distrust = await trustProxiedCertificates();
  receiver = await startWebhookReceiver({ certificates: proxiedCertificates });
  proxy = await startForwardProxy(
    { [`${proxied.receiver}:443`]: receiver.port },
    { credentials: "soc:p@ss#word" },
  );
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer({ status: 200, body: "said" });
  proxy.reset();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await proxy.stop();
  await receiver.stop();
  distrust();
});

const through = (more: Record<string, string> = {}): Egress => openEgress(proxy.settings(more));
const throughOther = (other: string): Egress => through({ HTTPS_PROXY: other });
const post = (egress: Egress, to = address, signal = AbortSignal.timeout(20_000)) =>
  egress.call(to, { method: "POST", headers: {}, body: "ä", signal });
const problemOf = async (egress: Egress, to = address) => {
  const error: unknown = await post(egress, to).then(
    () => null,
    (reason: unknown) => reason,
  );
  return egress.problemOf(to, error);
};

describe("a call through the proxy", () => {
  it("goes by CONNECT with the user and password, and the other end sees its own name", async () => {
    expect(await post(through())).toMatchObject({ status: 200, text: "said" });
    expect(proxy.connects).toEqual([`${proxied.receiver}:443`]);
    expect(proxy.others).toEqual([]);
    expect(receiver.received).toMatchObject([
      {
        body: "ä",
        servername: proxied.receiver,
        headers: { host: proxied.receiver, "content-length": "2" },
      },
    ]);
    expect(receiver.received[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  it("isn't disturbed by a proxy whose answer comes in many packets", async () => {
    proxy.fail("piecemeal");
    const started = performance.now();
    expect(await post(through())).toMatchObject({ status: 200, text: "said" });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("asks for an IPv6 address in brackets and for a name in ASCII", async () => {
    await Promise.allSettled(
      ["https://[2001:db8::7]/in", "https://bücher.soc.test:8443/in"].map((to) => post(through(), to)),
    );
    expect(proxy.connects.toSorted()).toEqual(["[2001:db8::7]:443", "xn--bcher-kva.soc.test:8443"]);
  });

  it("doesn't happen for this machine, for hosts in NO_PROXY, or without a proxy", async () => {
    const local = `https://${receiver.host}/in`;
    expect(await post(through(), local)).toMatchObject({ status: 200 });
    expect(await post(openEgress(null), local)).toMatchObject({ status: 200 });
    expect(through().problemOf(local, new Error("x"))).toBeNull();
    const excepted = through({ NO_PROXY: ".soc.test" });
    await expect(post(excepted)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    expect(excepted.problemOf(address, new Error("x"))).toBeNull();
    expect(proxy.connects).toEqual([]);
  });

  it("can reach the proxy itself over TLS", async () => {
    const secure = await startForwardProxy(proxy.routes, { certificates: proxiedCertificates });
    const egress = openEgress(secure.settings());
    expect(await post(egress)).toMatchObject({ status: 200 });
    expect(secure.connects).toHaveLength(1);
    distrust();
    expect(await problemOf(openEgress(secure.settings()))).toEqual({
      proxy: secure.name,
      failure: "certificate",
    });
    distrust = await trustProxiedCertificates();
    await secure.stop();
  });

  it("keeps a tunnel for further requests, if the caller's agent pools", async () => {
    const egress = through();
    const pooled = { ...egress, call: createHttpsCall(egress.pooled) };
    await post(pooled);
    await post(pooled);
    expect(receiver.received).toHaveLength(2);
    expect(proxy.connects).toHaveLength(1);
    egress.pooled.destroy();
  });
});

describe("a proxy that fails", () => {
  it.each([
    [407, 407],
    [403, 403],
    [502, 502],
    [204, 204],
    ["cut", "broken"],
    ["foreign", "broken"],
    ["endless", "broken"],
    ["hang", "silent"],
    ["deaf", "silent"],
  ] as const)("by %s is named: %s", async (fault, failure) => {
    hurry();
    proxy.fail(fault);
    const egress = through();
    expect(await problemOf(egress)).toEqual({ proxy: proxy.name, failure });
    expect(egress.latestProblem(address)).toEqual({ proxy: proxy.name, failure });
    expect(receiver.received).toEqual([]);
    proxy.fail(null);
    await post(egress);
    expect(egress.latestProblem(address)).toEqual({ proxy: proxy.name, failure: null });
  });

  it("by a page instead of a tunnel is no answer of the other end", async () => {
    proxy.fail("page");
    const egress = through();
    expect(await problemOf(egress)).toEqual({ proxy: proxy.name, failure: null });
    expect(receiver.received).toEqual([]);
  });

  it("by a wrong password is named", async () => {
    const egress = throughOther(`http://soc:wrong@${proxy.name}`);
    expect(await problemOf(egress)).toEqual({ proxy: proxy.name, failure: 407 });
  });

  it("by not being there is named", async () => {
    const gone = await startForwardProxy({});
    const egress = openEgress(gone.settings());
    await gone.stop();
    expect(await problemOf(egress)).toEqual({ proxy: gone.name, failure: "unreachable" });
    const unknown = throughOther("http://proxy.soc.test:3128");
    expect(await problemOf(unknown)).toEqual({ proxy: "proxy.soc.test:3128", failure: "unreachable" });
  });

  it("by a reset after its refusal doesn't end this process", async () => {
    // a proxy that refuses, and then resets the connection
    const resetting: Server = createServer();
    resetting.on("connect", (_request, socket) => {
      socket.on("error", () => {});
      socket.write("HTTP/1.1 407 No\r\n\r\n", () =>
        setTimeout(() => (socket as Socket).resetAndDestroy(), 5),
      );
    });
    await new Promise<void>((resolve) => resetting.listen(0, "localhost", resolve));
    const { port } = resetting.address() as AddressInfo;
    const egress = throughOther(`http://localhost:${port}`);
    const errors: unknown[] = [];
    const call = request(address, { agent: egress.pooled });
    // as the Azure SDK listens: only once
    await new Promise<void>((resolve) => {
      call.once("error", (error) => {
        errors.push(error);
        setTimeout(resolve, 50);
      });
      call.end();
    });
    expect(errors).toMatchObject([{ code: "ERR_POCKETSOC_PROXY_407" }]);
    resetting.closeAllConnections();
    resetting.close();
  });

  it("by silence doesn't delay the end of a call that is aborted", async () => {
    proxy.fail("hang");
    const stop = new AbortController();
    const call = post(through(), address, stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 50);
    const started = performance.now();
    await expect(call).rejects.toThrow("enough");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

it("a proxy that inspects TLS is told apart by its certificate", async () => {
  const inspecting = await startWebhookReceiver({ certificates: join(".pocketsoc", "test-stranger") });
  proxy.routes[`${proxied.receiver}:443`] = inspecting.port;
  const error: unknown = await post(through()).catch((reason: unknown) => reason);
  proxy.routes[`${proxied.receiver}:443`] = receiver.port;
  await inspecting.stop();
  expect(isCertificateError(error)).toBe(true);
  expect(inspecting.received).toEqual([]);
});

it("a redirect isn't followed, and too long an answer is refused", async () => {
  receiver.answer({ status: 302, headers: { location: address } });
  await expect(post(through())).rejects.toThrow("redirect");
  receiver.answer("endless");
  await expect(post(through())).rejects.toThrow("too large");
  expect(proxy.connects).toHaveLength(2);
});
