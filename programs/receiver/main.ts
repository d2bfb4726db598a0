import { getEnv } from "#lib/platform/env.ts";
import { openServices } from "#lib/core/open.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { createReceiver } from "./http-receiver.ts";

const env = getEnv("receiver");
const { services, handle } = openServices({ ...env, vendors: noVendors }, "pocketsoc-receiver");
const server = createReceiver(services);
const { receiverPort: port, bindAddress: host } = env;
server.listen({ port, host }, () => services.log("receiver.started", { pid: process.pid, host, port }));

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  services.log("receiver.stopping", { signal });
  setTimeout(() => process.exit(1), 10_000).unref();
  // open requests are answered; new ones reach another receiver, or their senders retry
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  await services.hints.close();
  await handle.close();
  process.exit(0);
}
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
