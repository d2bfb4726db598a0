import { type Answer } from "../http.ts";
import { type Caller, callerOf } from "./arm-caller.ts";
import { challengeAnswer } from "./challenges.ts";
import type { EntraUrls } from "./urls.ts";
import { armError } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { isAllowed, rolePermissions } from "./roles.ts";
import type { Alert, AlertStatus } from "./seed-alerts.ts";
import type { Store, Subscription } from "./store.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const versions: Record<string, string[]> = {
  alerts: ["2022-01-01", "2021-11-01"],
  inProgress: ["2022-01-01"],
  permissions: ["2022-04-01"],
  pricings: ["2024-01-01", "2023-01-01"],
  locations: ["2015-06-01-preview"],
  subscription: ["2022-12-01", "2020-01-01"],
};
const actions: Record<string, { to: AlertStatus; from: AlertStatus[] }> = {
  dismiss: { to: "Dismissed", from: ["Active", "InProgress"] },
  resolve: { to: "Resolved", from: ["Active", "InProgress"] },
  activate: { to: "Active", from: ["InProgress", "Dismissed", "Resolved"] },
  inprogress: { to: "InProgress", from: ["Active"] },
};

/** Azure Resource Manager, as far as the portal meets it. Paths and ids are compared without case. */
export class Arm {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly urls: EntraUrls;

  constructor(store: Store, keys: Keys, urls: EntraUrls) {
    this.store = store;
    this.keys = keys;
    this.urls = urls;
  }

  /** What the request is about, for arming faults. */
  static targetOf(method: string, path: string): string {
    if (method === "POST") return "status";
    if (/\/alerts\/[^/]+$/i.test(path)) return "get";
    if (/\/alerts$/i.test(path)) return "list";
    return /\/(permissions|pricings|locations)$/i.exec(path)?.[1]?.toLowerCase() ?? "subscription";
  }

  async answer(
    method: string,
    url: URL,
    authorization: string | undefined,
  ): Promise<{ answer: Answer; principal: string }> {
    const segments = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const [first, subscriptionId = ""] = segments;
    const caller = await callerOf(this.keys, this.urls.armEndpoint, authorization);
    if ("answer" in caller) return { answer: caller.answer, principal: "" };
    const done = (answer: Answer) => ({ answer, principal: caller.principal });
    const challenge = this.store.challengesOf(caller.principal, caller.satisfies)[0];
    if (challenge) return done(challengeAnswer(challenge, this.urls.authorityHost));
    if (first?.toLowerCase() !== "subscriptions")
      return done(armError(404, "ResourceNotFound", "Not found."));
    if (!guid.test(subscriptionId))
      return done(
        armError(
          400,
          "InvalidSubscriptionId",
          `The provided subscription identifier '${subscriptionId}' is malformed or invalid.`,
        ),
      );
    const subscription = this.store.subscriptions.find((one) => one.id === subscriptionId.toLowerCase());
    if (!subscription)
      return done(
        armError(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`),
      );
    if (subscription.tenantId !== caller.tenantId) {
      return done(
        armError(
          401,
          "InvalidAuthenticationTokenTenant",
          "The access token is from the wrong issuer. It must match the tenant associated with this subscription.",
        ),
      );
    }
    return done(this.route(method, segments.slice(2), url, subscription, caller));
  }

  private route(
    method: string,
    rest: string[],
    url: URL,
    subscription: Subscription,
    caller: Caller,
  ): Answer {
    const path = rest.map((one) => one.toLowerCase());
    const afterGroup = path[0] === "resourcegroups" ? path.slice(2) : path;
    const refuse = (action: string) => this.refuse(action, subscription, caller);
    const version = (kind: string) => this.checkVersion(kind, url);
    if (path.length === 0) {
      const readable =
        this.store.settings.subscriptionReadable ||
        isAllowed(this.roles(caller, subscription), "Microsoft.Resources/subscriptions/read");
      return (
        version("subscription") ??
        (readable
          ? {
              status: 200,
              body: {
                id: `/subscriptions/${subscription.id}`,
                subscriptionId: subscription.id,
                tenantId: subscription.tenantId,
                displayName: subscription.name,
                state: "Enabled",
              },
            }
          : this.forbidden("Microsoft.Resources/subscriptions/read", subscription, caller))
      );
    }
    if (afterGroup[0] !== "providers") return armError(404, "ResourceNotFound", "Not found.");
    if (afterGroup[1] === "microsoft.authorization" && afterGroup[2] === "permissions") {
      return (
        version("permissions") ??
        refuse("Microsoft.Authorization/permissions/read") ?? {
          status: 200,
          body: { value: this.roles(caller, subscription).map((role) => rolePermissions[role]) },
        }
      );
    }
    if (afterGroup[1] !== "microsoft.security")
      return armError(404, "InvalidResourceNamespace", "Not found.");
    if (!subscription.registered)
      return armError(
        404,
        "Subscription Not Registered",
        "Please register to Microsoft.Security in order to view your security status",
      );
    if (afterGroup[2] === "pricings")
      return (
        version("pricings") ??
        refuse("Microsoft.Security/pricings/read") ?? { status: 200, body: { value: plansOf(subscription) } }
      );
    if (afterGroup[2] === "alerts" && method === "GET")
      return (
        version("alerts") ??
        refuse("Microsoft.Security/alerts/read") ??
        this.list(url, subscription, () => true)
      );
    if (afterGroup[2] !== "locations") return armError(404, "InvalidResourceType", "Not found.");
    const [, , , location = "", kind, name, verb] = afterGroup;
    if (!location)
      return (
        version("locations") ??
        refuse("Microsoft.Security/locations/read") ?? {
          status: 200,
          body: {
            value: ["centralus", "westeurope", "northeurope", "eastus"].map((one) => ({
              name: one,
              type: "Microsoft.Security/locations",
            })),
          },
        }
      );
    if (kind !== "alerts") return armError(404, "InvalidResourceType", "Not found.");
    const here = (alert: Alert) => alert.id.toLowerCase().includes(`/locations/${location}/`);
    if (!name)
      return (
        version("alerts") ?? refuse("Microsoft.Security/alerts/read") ?? this.list(url, subscription, here)
      );
    const alert = this.store.alerts.find(
      (one) => one.id.toLowerCase().endsWith(`/alerts/${name}`) && belongs(one, subscription) && here(one),
    );
    if (method === "GET" && !verb)
      return (
        version("alerts") ??
        refuse("Microsoft.Security/locations/alerts/read") ??
        (alert ? { status: 200, body: alert } : notFound(name))
      );
    const action = verb ? actions[verb] : undefined;
    if (method !== "POST" || !action || !verb) return armError(405, "MethodNotAllowed", "Not allowed.");
    const word = verb === "inprogress" ? "inProgress" : verb;
    return (
      version(verb === "inprogress" ? "inProgress" : "alerts") ??
      refuse(`Microsoft.Security/locations/alerts/${word}/action`) ??
      (alert ? this.change(alert, action) : notFound(name))
    );
  }

  private change(alert: Alert, action: { to: AlertStatus; from: AlertStatus[] }): Answer {
    const done: Answer = { status: 204, headers: { "x-ms-ratelimit-remaining-subscription-writes": "199" } };
    const { writeMode } = this.store;
    if (alert.properties.status === action.to || writeMode === "silent") return done;
    if (!action.from.includes(alert.properties.status)) {
      return writeMode === "strict"
        ? armError(409, "Conflict", `The alert can't go from ${alert.properties.status} to ${action.to}.`)
        : done;
    }
    if (writeMode === "lagging")
      setTimeout(() => this.store.setStatus(alert, action.to), this.store.lagMs).unref();
    else this.store.setStatus(alert, action.to);
    return done;
  }

  private list(url: URL, subscription: Subscription, here: (alert: Alert) => boolean): Answer {
    const all = this.store.alerts.filter((alert) => belongs(alert, subscription) && here(alert));
    const start = Number(url.searchParams.get("$skiptoken") ?? 0);
    const end = start + this.store.settings.pageSize;
    const next = new URL(url.pathname, this.urls.armEndpoint);
    next.searchParams.set("api-version", url.searchParams.get("api-version") ?? "");
    next.searchParams.set("$skiptoken", String(end));
    return {
      status: 200,
      headers: { "x-ms-ratelimit-remaining-subscription-reads": "249" },
      body: { value: all.slice(start, end), ...(end < all.length ? { nextLink: next.href } : {}) },
    };
  }

  private roles(caller: Caller, subscription: Subscription) {
    return this.store.rolesOf(caller.principal, subscription.id);
  }

  private refuse(action: string, subscription: Subscription, caller: Caller): Answer | null {
    return isAllowed(this.roles(caller, subscription), action)
      ? null
      : this.forbidden(action, subscription, caller);
  }

  private forbidden(action: string, subscription: Subscription, caller: Caller): Answer {
    return armError(
      403,
      "AuthorizationFailed",
      `The client '${caller.principal}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '/subscriptions/${subscription.id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }

  private checkVersion(kind: string, url: URL): Answer | null {
    const version = url.searchParams.get("api-version");
    if (!version)
      return armError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
      );
    if (versions[kind]?.includes(version)) return null;
    return armError(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for API version '${version}'.`,
    );
  }
}

const belongs = (alert: Alert, subscription: Subscription) =>
  alert.id.toLowerCase().startsWith(`/subscriptions/${subscription.id}/`);
const notFound = (name: string) => armError(404, "ResourceNotFound", `The alert '${name}' was not found.`);
const plansOf = (subscription: Subscription) =>
  [
    "VirtualMachines",
    "StorageAccounts",
    "SqlServers",
    "KeyVaults",
    "Containers",
    "AppServices",
    "Arm",
    "Dns",
  ].map((name) => ({
    name,
    properties: { pricingTier: subscription.plans.includes(name) ? "Standard" : "Free" },
  }));
