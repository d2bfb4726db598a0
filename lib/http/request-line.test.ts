import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rawBytes } from "#test/raw-request.ts";
import { guardRequestLines } from "./request-line.ts";

const seen: string[] = [];
const methods: string[] = [];
const cookies: (string | undefined)[] = [];
const server = createServer((request, response) => {
  seen.push(request.url ?? "");
  methods.push(request.method ?? "");
  cookies.push(request.headers.cookie);
  response.end();
});
beforeAll(async () => {
  guardRequestLines();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

/** Returns the address that the server's own listener gets for a request line's target. */
async function addressFor(target: string, method = "GET"): Promise<string | undefined> {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await rawBytes(address, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return seen.pop();
}

it.each(["/", "/detections?q=%", "/a%20b", "/%E2%82%AC", "/api/webhooks/a/%00", "//other.example/x"])(
  "leaves %s as it is",
  async (target) => expect(await addressFor(target)).toBe(target),
);

it.each(["/%", "/a/%ZZ", "/%E0%A4%A", "/%C0%AE", "http://other.example/x", "*"])(
  "leads %s to the route that answers 400",
  async (target) => expect(await addressFor(target)).toBe("/api/unreadable"),
);

it.each(["/icons/icon-192.png", "/sw.js", "/manifest.webmanifest?x", "/_next/static/chunks/a", "/none.txt"])(
  "leads every method but GET and HEAD for the file %s to the route that answers 405",
  async (target) => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
      expect(await addressFor(target, method)).toBe("/api/fixed");
    for (const method of ["GET", "HEAD"]) expect(await addressFor(target, method)).toBe(target);
  },
);

it.each(["/api/v1/openapi.json", "/login-link", "/settings/team?x=a.b", "/api/webhooks/a/b.c"])(
  "leaves a POST to %s as it is",
  async (target) => expect(await addressFor(target, "POST")).toBe(target),
);

it.each(["/", "/detections?q=x", "/api/v1/detections", "/sw.js", "/%"])(
  "leads TRACE %s to the route that answers 405, as a method that Next knows",
  async (target) => {
    expect(await addressFor(target, "TRACE")).toBe("/api/fixed");
    expect(methods.at(-1)).toBe("DELETE");
  },
);

it("leaves up to 100 cookies as they are, and of more only the portal's own", async () => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const received = async (cookie: string) => {
    await rawBytes(address, `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    return cookies.at(-1);
  };
  const others = (count: number) => Array.from({ length: count }, (_, at) => `c${at}=1`);
  expect(await received(others(100).join("; "))).toBe(others(100).join("; "));
  const own = ["__Host-pocketsoc.session=a", "next-auth.state=b", "__Secure-next-auth.state=c"];
  expect(await received([...others(900), ...own].join("; "))).toBe(` ${own.join("; ")}`);
  const many = Array.from({ length: 400 }, (_, at) => `next-auth.x${at}=1`);
  expect((await received(many.join("; ")))?.split(";")).toHaveLength(100);
});

it("leaves 100 parameters as they are, and leads more to the route that answers 400", async () => {
  const address = (count: number) => `/detections?${Array<string>(count).fill("a").join("&")}`;
  expect(await addressFor(address(100))).toBe(address(100));
  for (const count of [101, 7_000]) expect(await addressFor(address(count))).toBe("/api/unreadable");
});
