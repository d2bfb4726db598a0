import { describe, expect, it } from "vitest";
import { goesThroughProxy, readProxySettings } from "./proxy-settings.ts";

const proxyOf = (source: Record<string, string>) => {
  const read = readProxySettings(source);
  if ("problem" in read) throw new Error(read.problem);
  return read.proxy;
};

describe("the proxy's address", () => {
  it("is missing without the setting, whatever HTTP_PROXY and ALL_PROXY say", () => {
    expect(proxyOf({})).toBeNull();
    expect(proxyOf({ HTTPS_PROXY: "  ", https_proxy: "" })).toBeNull();
    expect(proxyOf({ HTTP_PROXY: "http://a:1", ALL_PROXY: "http://b:2", NO_PROXY: "*" })).toBeNull();
  });

  it.each([
    ["http://proxy.example.com:3128", "proxy.example.com:3128"],
    ["http://proxy.example.com:3128/", "proxy.example.com:3128"],
    ["HTTP://Proxy.Example.com:3128", "proxy.example.com:3128"],
    ["http://proxy", "proxy:80"],
    ["https://proxy", "proxy:443"],
    ["proxy.example.com:3128", "proxy.example.com:3128"],
    ["10.1.2.3:3128", "10.1.2.3:3128"],
    ["user:word@10.1.2.3:3128", "10.1.2.3:3128"],
    ["http://[fd00::1]:3128", "[fd00::1]:3128"],
    ["http://user:p%23a%40b%2Fc@proxy:3128", "proxy:3128"],
  ])("may be written %s", (value, name) => {
    expect(proxyOf({ HTTPS_PROXY: value })?.name).toBe(name);
  });

  it("is taken from the lower case first, as other programs do", () => {
    expect(proxyOf({ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:2" })?.name).toBe("lower:2");
    expect(proxyOf({ HTTPS_PROXY: "http://upper:1", https_proxy: "" })?.name).toBe("upper:1");
  });

  it.each([
    "http://",
    "http://user:CANARY#1@proxy:3128",
    "http://user:CANARY/1@proxy:3128",
    "http://user:CANARY?1@proxy:3128",
    "http://user:CANARY%zz@proxy:3128",
    "http://us%3Aer:CANARY@proxy:3128",
    "http://user:CANARY%0d%0aX@proxy:3128",
    "http://user:CANARY@proxy:99999",
    "http://user:CANARY@proxy:0",
    "http://user:CANARY@proxy:3128/path",
    "socks5://user:CANARY@proxy:1080",
    "pac+http://user:CANARY@proxy",
    "3128",
    "http://user:CANARY@3128",
    "http://0:3128",
    "user:CANARY proxy",
  ])("is refused if it is %s, without showing the password", (value) => {
    for (const name of ["HTTPS_PROXY", "https_proxy"]) {
      const read = readProxySettings({ [name]: value });
      expect(read).toEqual({ name, problem: expect.stringMatching(/^must .*\.$/) });
      expect(JSON.stringify(read)).not.toContain("CANARY");
    }
  });
});

describe("a word instead of the proxy's address", () => {
  it.each([
    "none",
    "NONE",
    " off ",
    "false",
    "0",
    "no",
    "direct",
    "null",
    "-",
    '""',
    "true",
    "http://none",
    "http://false/",
  ])("is refused if it is %j, with how to do without a proxy", (value) => {
    expect(readProxySettings({ HTTPS_PROXY: value })).toEqual({
      name: "HTTPS_PROXY",
      problem:
        "must be a proxy's address. To call other hosts without a proxy, leave it out or leave it empty.",
    });
  });
  it.each(["none.example.com", "none:3128", "http://proxy-none:3128", "direct-proxy"])(
    "is no word if it is %s",
    (value) => {
      expect(proxyOf({ HTTPS_PROXY: value })).not.toBeNull();
    },
  );
});

describe("NO_PROXY", () => {
  const goes = (noProxy: string, host: string, port = 443) =>
    goesThroughProxy(proxyOf({ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: noProxy }), host, port);

  it.each([
    ["example.com", "example.com"],
    ["example.com", "login.example.com"],
    [".example.com", "example.com"],
    [".example.com", "login.example.com"],
    ["*.example.com", "login.example.com"],
    ["EXAMPLE.com", "Login.Example.COM"],
    ["example.com.", "login.example.com"],
    ["example.com", "login.example.com."],
    ["example.com:443", "login.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["*", "anything.example"],
    ["a.example, example.com", "example.com"],
    ["a.example example.com", "example.com"],
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7:443", "192.0.2.7"],
    ["192.0.2.0/24", "192.0.2.200"],
    ["192.0.2.10-192.0.2.20", "192.0.2.15"],
    ["2001:db8::7", "[2001:db8::7]"],
    ["[2001:DB8:0::7]", "[2001:db8::7]"],
    ["[2001:db8::7]:443", "[2001:db8::7]"],
    ["2001:db8::/32", "[2001:db8:1::1]"],
    ["192.0.2.0/24", "[::ffff:192.0.2.1]"],
  ])("%j excepts %s", (noProxy, host) => {
    expect(goes(noProxy, host)).toBe(false);
  });

  it.each([
    ["", "example.com"],
    ["example.com", "badexample.com"],
    ["example.com", "example.com.evil.example"],
    ["*.example.com", "example.com"],
    ["login.example.com", "example.com"],
    ["example.com:8443", "example.com"],
    ["example.com:44", "example.com"],
    ["192.0.2.0/24", "192.0.3.1"],
    ["192.0.2.0/33", "192.0.2.1"],
    ["192.0.2.10-192.0.2.20", "192.0.2.21"],
    ["192.0.2.20-192.0.2.10", "192.0.2.15"],
    ["192.0.2.0/24", "192.0.2.1.example.com"],
    ["2.7", "192.0.2.7"],
    ["2001:db8::/32", "[2001:db9::1]"],
    ["https://example.com", "example.com"],
    ["example.com/path", "example.com"],
    ["<local>,exam*ple.com,:443,[,/8", "example.com"],
  ])("%j doesn't except %s", (noProxy, host) => {
    expect(goes(noProxy, host)).toBe(true);
  });

  it("is read in lower case too", () => {
    const proxy = proxyOf({ HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "a.example", no_proxy: "b.example" });
    expect(goesThroughProxy(proxy, "b.example", 443)).toBe(false);
    expect(goesThroughProxy(proxy, "a.example", 443)).toBe(true);
  });

  it.each([
    "localhost",
    "LOCALHOST",
    "db.localhost",
    "127.0.0.1",
    "127.9.9.9",
    "[::1]",
    "::1",
    "[::ffff:127.0.0.1]",
  ])("needn't name the machine itself: %s", (host) => {
    expect(goes("", host)).toBe(false);
  });
});
