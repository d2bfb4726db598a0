import type { Answer } from "../http.ts";
import { type ArmRequest, refuse, refuseVersion } from "./arm-access.ts";
import { armError } from "./errors.ts";
import { inForm } from "./answer-forms.ts";
import type { AlertStatus } from "./alert-specs.ts";
import type { Alert } from "./seed-alerts.ts";
import type { Subscription } from "./directory.ts";
import type { Store } from "./store.ts";
import type { EntraUrls } from "./urls.ts";

type Transition = { verb: string; to: AlertStatus; from: AlertStatus[] };
const transitions: Record<string, Transition> = {
  dismiss: { verb: "dismiss", to: "Dismissed", from: ["Active", "InProgress"] },
  resolve: { verb: "resolve", to: "Resolved", from: ["Active", "InProgress"] },
  activate: { verb: "activate", to: "Active", from: ["InProgress", "Dismissed", "Resolved"] },
  inprogress: { verb: "inProgress", to: "InProgress", from: ["Active"] },
};
const versions = ["2022-01-01", "2021-11-01"];

/** Answers Microsoft.Security's requests about alerts: listing alerts, reading an alert, and changing its status. */
export class SecurityAlerts {
  private readonly store: Store;
  private readonly urls: EntraUrls;

  constructor(store: Store, urls: EntraUrls) {
    this.store = store;
    this.urls = urls;
  }

  /**
   * Lists a subscription's alerts by page. With a `location`, only alerts of that location are listed; "" means all
   * locations.
   */
  list(request: ArmRequest, location: string): Answer {
    return (
      refuseVersion(request.url, ...versions) ??
      refuse(this.store, request, "Microsoft.Security/alerts/read") ??
      this.page(request, location)
    );
  }

  /** Returns an alert or, if the path ends with an action such as `dismiss`, changes the alert's status. */
  getOrChange(request: ArmRequest, location: string, name: string, verb: string | undefined): Answer {
    const { method, url } = request;
    const alert = this.listed(request.subscription, location).find(({ id }) =>
      id.toLowerCase().endsWith(`/alerts/${name}`),
    );
    const missing = () => armError(404, "ResourceNotFound", `The alert '${name}' was not found.`);
    if (method === "GET" && !verb)
      return (
        refuseVersion(url, ...versions) ??
        refuse(this.store, request, "Microsoft.Security/locations/alerts/read") ??
        (alert ? { status: 200, body: alert } : missing())
      );
    const transition = verb ? transitions[verb] : undefined;
    if (method !== "POST" || !transition) return armError(405, "MethodNotAllowed", "Not allowed.");
    return (
      refuseVersion(url, ...(transition.to === "InProgress" ? ["2022-01-01"] : versions)) ??
      refuse(this.store, request, `Microsoft.Security/locations/alerts/${transition.verb}/action`) ??
      (alert ? this.changeStatus(alert, transition) : missing())
    );
  }

  private listed(subscription: Subscription, location: string): Alert[] {
    const within = `/subscriptions/${subscription.id}/`;
    const here = location ? `/locations/${location}/` : "";
    return this.store.alerts.filter((alert) => {
      const id = alert.id.toLowerCase();
      return id.startsWith(within) && id.includes(here) && this.store.isListed(alert);
    });
  }

  private changeStatus(alert: Alert, { to, from }: Transition): Answer {
    const done: Answer = { status: 204, headers: { "x-ms-ratelimit-remaining-subscription-writes": "199" } };
    const { writeMode } = this.store;
    if (alert.properties.status === to || writeMode === "silent") return done;
    if (!from.includes(alert.properties.status)) {
      return writeMode === "strict"
        ? armError(409, "Conflict", `The alert can't go from ${alert.properties.status} to ${to}.`)
        : done;
    }
    if (writeMode === "lagging") setTimeout(() => this.store.setStatus(alert, to), this.store.lagMs).unref();
    else this.store.setStatus(alert, to);
    return done;
  }

  private page({ url, subscription }: ArmRequest, location: string): Answer {
    const start = Number(url.searchParams.get("$skiptoken") ?? 0);
    if (start === 0) this.store.lists++;
    const alerts = inForm(
      this.store.settings.alertForm,
      this.store.lists,
      this.listed(subscription, location),
    );
    const end = start + this.store.settings.pageSize;
    const next = new URL(url.pathname, this.urls.armEndpoint);
    next.searchParams.set("api-version", url.searchParams.get("api-version") ?? "");
    next.searchParams.set("$skiptoken", String(end));
    return {
      status: 200,
      headers: { "x-ms-ratelimit-remaining-subscription-reads": "249" },
      body: { value: alerts.slice(start, end), ...(end < alerts.length ? { nextLink: next.href } : {}) },
    };
  }
}
