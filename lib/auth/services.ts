import "server-only";
import { getEnv } from "#lib/platform/env.ts";
import type { Services } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";

// Pages, actions and route handlers are separate module graphs: one pool for all hangs on globalThis.
const slot = Symbol.for("pocketsoc.services");
const holder = globalThis as { [slot]?: Services };

/** The web process's services, opened at first use. */
export function getServices(): Services {
  const settings = () => ({ ...getEnv(), vendors: openVendors(registry, process.env) });
  holder[slot] ??= openServices(settings(), "pocketsoc-web").services;
  return holder[slot];
}
