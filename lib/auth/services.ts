import "server-only";
import { getEnv, getEnvironment } from "#lib/platform/env.ts";
import type { Services } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";

// Next gives pages, actions and route handlers separate module graphs, so the one pool lives on globalThis.
const slot = Symbol.for("pocketsoc.services");
const holder = globalThis as { [slot]?: Services };

/** Returns the web process's services. The first call opens them. */
export function getServices(): Services {
  const settings = () => ({ ...getEnv(), vendors: openVendors(registry, getEnvironment()) });
  holder[slot] ??= openServices(settings(), "pocketsoc-web").services;
  return holder[slot];
}
