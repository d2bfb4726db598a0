import "server-only";
import { getEnv } from "#lib/platform/env.ts";
import type { Services } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";

// Pages, actions and route handlers are separate module graphs: one pool for all hangs on globalThis.
const slot = Symbol.for("pocketsoc.services");
const holder = globalThis as { [slot]?: Services };

/** The web process's services, opened at first use. */
export function getServices(): Services {
  holder[slot] ??= openServices(getEnv(), "pocketsoc-web").services;
  return holder[slot];
}
