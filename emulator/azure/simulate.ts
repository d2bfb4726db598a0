import { randomUUID } from "node:crypto";
import type { Answer } from "../http.ts";
import { type ArmRequest, forbidden, refuse, refuseVersion, rolesOf } from "./arm-access.ts";
import { armError } from "./errors.ts";
import { freshAlert } from "./fresh-alert.ts";
import { sampleRoles } from "./roles.ts";
import { sampleSpecs } from "./sample-alerts.ts";
import type { Store } from "./store.ts";
import type { EntraUrls } from "./urls.ts";

type Operation = { id: string; startTime: string; done: boolean };
const action = "Microsoft.Security/locations/alerts/simulate/action";
const operationsMax = 100;

/**
 * The alert simulator. It accepts a request at once and raises the samples later. From api-version 2022-01-01 on, the
 * answer names an operation that says whether the samples were raised.
 */
export class Simulations {
  private readonly store: Store;
  private readonly urls: EntraUrls;
  private operations: Operation[] = [];

  constructor(store: Store, urls: EntraUrls) {
    this.store = store;
    this.urls = urls;
  }

  begin(request: ArmRequest, location: string): Answer {
    const { method, url, subscription, scope } = request;
    if (method !== "POST") return armError(405, "MethodNotAllowed", "Not allowed.");
    const maySimulate = rolesOf(this.store, request).some((role) => sampleRoles.includes(role));
    const refused =
      refuseVersion(url, "2022-01-01", "2021-11-01") ??
      refuse(this.store, request, action) ??
      (maySimulate ? null : forbidden(request, action));
    if (refused) return refused;
    const bundles = bundlesIn(request.body);
    const specs = bundles?.map((bundle) => sampleSpecs[bundle]);
    if (!specs?.length || specs.includes(undefined))
      return armError(400, "InvalidInput", "The alert simulator's bundles are missing or unknown.");
    const operation = { id: randomUUID(), startTime: new Date().toISOString(), done: false };
    this.operations = [operation, ...this.operations.slice(0, operationsMax - 1)];
    setTimeout(() => {
      operation.done = true;
      const alerts = specs.flatMap((bundleSpecs = []) =>
        bundleSpecs.map((spec) => freshAlert(spec, subscription, { location, resourceGroup: "Sample-RG" })),
      );
      this.store.addAlerts(alerts);
    }, this.store.settings.sampleDelayMs).unref();
    // 2021-11-01 has no operation to follow
    if (url.searchParams.get("api-version") === "2021-11-01") return { status: 204 };
    const address = (kind: string) =>
      `${this.urls.armEndpoint}${scope}/providers/Microsoft.Security/locations/${location}/${kind}/${operation.id}?api-version=2022-01-01`;
    return {
      status: 202,
      headers: {
        location: address("operationResults"),
        "azure-asyncoperation": address("operationStatuses"),
        "retry-after": "1",
      },
    };
  }

  progress(request: ArmRequest, kind: "operationresults" | "operationstatuses", id: string): Answer {
    const refused = refuseVersion(request.url, "2022-01-01") ?? refuse(this.store, request, action);
    if (refused) return refused;
    const operation = this.operations.find((candidate) => candidate.id === id);
    if (!operation) return armError(404, "ResourceNotFound", "There is no such operation.");
    const { startTime, done } = operation;
    if (kind === "operationresults")
      return done ? { status: 204 } : { status: 202, headers: { "retry-after": "1" } };
    return {
      status: 200,
      body: { id: request.url.pathname, name: id, status: done ? "Succeeded" : "InProgress", startTime },
    };
  }
}

function bundlesIn(body: string): string[] | null {
  try {
    const { properties } = JSON.parse(body) as { properties?: { kind?: string; bundles?: string[] } };
    return properties?.kind === "Bundles" && Array.isArray(properties.bundles) ? properties.bundles : null;
  } catch {
    // a body that isn't JSON names no bundles
    return null;
  }
}
