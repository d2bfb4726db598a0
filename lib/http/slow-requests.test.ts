import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { endSlowRequests } from "./slow-requests.ts";

it("gives a server that nobody can configure short time-outs with its first request", async () => {
  endSlowRequests();
  const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect([server.headersTimeout, server.requestTimeout]).toEqual([15_000, 30_000]);
  } finally {
    server.close();
  }
});
