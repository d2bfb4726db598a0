import type { Answer } from "../http.ts";
import type { LogicApps } from "../logic-app/logic-apps.ts";
import { type ArmRequest, refuse, refuseVersion } from "./arm-access.ts";
import { allPlans } from "./directory.ts";
import { armError } from "./errors.ts";
import { SecurityAlerts } from "./security-alerts.ts";
import { regions } from "./seed-alerts.ts";
import { Simulations } from "./simulate.ts";
import type { Store } from "./store.ts";
import type { EntraUrls } from "./urls.ts";

const noSuchType = () => armError(404, "InvalidResourceType", "Not found.");

/** The resource provider Microsoft.Security, which is Defender for Cloud. */
export class Security {
  private readonly store: Store;
  private readonly logicApps: LogicApps;
  private readonly alerts: SecurityAlerts;
  private readonly simulations: Simulations;

  constructor(store: Store, urls: EntraUrls, logicApps: LogicApps) {
    this.store = store;
    this.logicApps = logicApps;
    this.alerts = new SecurityAlerts(store, urls);
    this.simulations = new Simulations(store, urls);
  }

  answer(request: ArmRequest): Answer {
    const [, , kind, location = "", within, name = "", verb] = request.path;
    if (!request.subscription.registered)
      return armError(
        404,
        "Subscription Not Registered",
        "Please register to Microsoft.Security in order to view your security status",
      );
    if (kind === "pricings") return this.pricings(request);
    if (kind === "automations" && request.method === "GET") return this.automations(request);
    if (kind === "alerts" && request.method === "GET") return this.alerts.list(request, "");
    if (kind !== "locations") return noSuchType();
    if (!location) return this.locations(request);
    if (within === "operationresults" || within === "operationstatuses")
      return this.simulations.progress(request, within, name);
    if (within !== "alerts") return noSuchType();
    if (name === "default" && verb === "simulate") return this.simulations.begin(request, location);
    if (!name) return this.alerts.list(request, location);
    return this.alerts.getOrChange(request, location, name, verb);
  }

  private pricings(request: ArmRequest): Answer {
    const value = allPlans.map((name) => ({
      name,
      properties: { pricingTier: request.subscription.plans.includes(name) ? "Standard" : "Free" },
    }));
    return (
      refuseVersion(request.url, "2024-01-01", "2023-01-01") ??
      refuse(this.store, request, "Microsoft.Security/pricings/read") ?? { status: 200, body: { value } }
    );
  }

  private locations(request: ArmRequest): Answer {
    const value = regions.map((name) => ({
      id: `/subscriptions/${request.subscription.id}/providers/Microsoft.Security/locations/${name}`,
      name,
      type: "Microsoft.Security/locations",
      properties: { homeRegionName: name },
    }));
    return (
      refuseVersion(request.url, "2015-06-01-preview") ??
      refuse(this.store, request, "Microsoft.Security/locations/read") ?? { status: 200, body: { value } }
    );
  }

  private automations(request: ArmRequest): Answer {
    return (
      refuseVersion(request.url, "2023-12-01-preview") ??
      refuse(this.store, request, "Microsoft.Security/automations/read") ?? {
        status: 200,
        body: { value: this.logicApps.listAutomations(request.scope) },
      }
    );
  }
}
