import { openServices } from "#lib/core/open.ts";
import { getEnv } from "#lib/platform/env.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "./registry.ts";

// For `node --import` before `next start`: the built portal, as it is, gets services that hold the paper vendor too. It takes
// the ones that it finds (lib/auth/services.ts).
const { services } = openServices(
  { ...getEnv(), vendors: openVendors(registry, process.env) },
  "pocketsoc-web",
);
Object.assign(globalThis, { [Symbol.for("pocketsoc.services")]: services });
