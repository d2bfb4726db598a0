import type { Answer } from "../http.ts";
import type { LogicApps } from "../logic-app/logic-apps.ts";
import { type ArmRequest, forbidden, refuse, refuseVersion, rolesOf } from "./arm-access.ts";
import { callerOf } from "./arm-caller.ts";
import { challengeAnswer } from "./challenges.ts";
import { armError } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { isAllowed, rolePermissions } from "./roles.ts";
import { Security } from "./security.ts";
import type { Store } from "./store.ts";
import type { EntraUrls } from "./urls.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The part of Azure Resource Manager that the portal uses. Paths and ids may be in upper or lower case. */
export class Arm {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly urls: EntraUrls;
  private readonly security: Security;

  constructor(store: Store, keys: Keys, urls: EntraUrls, logicApps: LogicApps) {
    this.store = store;
    this.keys = keys;
    this.urls = urls;
    this.security = new Security(store, urls, logicApps);
  }

  /** Returns the fault target that a request matches. */
  static targetOf(method: string, path: string): string {
    if (/\/(simulate|operation(?:Results|Statuses)\/[^/]+)$/i.test(path)) return "simulate";
    if (method === "POST") return "status";
    if (/\/alerts\/[^/]+$/i.test(path)) return "get";
    if (/\/alerts$/i.test(path)) return "list";
    return (
      /\/(permissions|pricings|locations|automations)$/i.exec(path)?.[1]?.toLowerCase() ?? "subscription"
    );
  }

  /** Answers a request. `principal` says who sent the request; it is empty if the token was refused. */
  async answer(
    method: string,
    url: URL,
    authorization: string | undefined,
    body: string,
  ): Promise<{ answer: Answer; principal: string }> {
    const segments = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const [first, subscriptionId = "", ...rest] = segments;
    const caller = await callerOf(this.keys, this.urls.armEndpoint, authorization);
    if ("answer" in caller) return { answer: caller.answer, principal: "" };
    const answered = (answer: Answer) => ({ answer, principal: caller.principal });
    const challenge = this.store.challengesOf(caller.principal, caller.satisfies)[0];
    if (challenge) return answered(challengeAnswer(challenge, this.urls.authorityHost));
    if (first?.toLowerCase() !== "subscriptions")
      return answered(armError(404, "ResourceNotFound", "Not found."));
    if (!guid.test(subscriptionId))
      return answered(
        armError(
          400,
          "InvalidSubscriptionId",
          `The provided subscription identifier '${subscriptionId}' is malformed or invalid.`,
        ),
      );
    const subscription = this.store.subscriptions.find(({ id }) => id === subscriptionId.toLowerCase());
    if (!subscription)
      return answered(
        armError(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`),
      );
    if (subscription.tenantId !== caller.tenantId) {
      return answered(
        armError(
          401,
          "InvalidAuthenticationTokenTenant",
          "The access token is from the wrong issuer. It must match the tenant associated with this subscription.",
        ),
      );
    }
    const inGroup = rest[0]?.toLowerCase() === "resourcegroups";
    const scope = `/subscriptions/${subscription.id}${inGroup ? `/resourceGroups/${rest[1] ?? ""}` : ""}`;
    const path = rest.slice(inGroup ? 2 : 0).map((segment) => segment.toLowerCase());
    const request = { method, url, body, path, scope, subscription, caller };
    return answered(this.paged(request, this.route(request, rest.length === 0)));
  }

  /** Cuts a list into pages, as Azure may any list. Lists of alerts are already cut, by a size of their own. */
  private paged({ url, path }: ArmRequest, answer: Answer): Answer {
    const { value } = (answer.body ?? {}) as { value?: unknown };
    if (!Array.isArray(value) || path.at(-1) === "alerts") return answer;
    const start = Number(url.searchParams.get("$skiptoken") ?? 0);
    const end = start + this.store.settings.otherPageSize;
    const next = new URL(url.pathname, this.urls.armEndpoint);
    next.searchParams.set("api-version", url.searchParams.get("api-version") ?? "");
    next.searchParams.set("$skiptoken", String(end));
    return {
      ...answer,
      body: { value: value.slice(start, end), ...(end < value.length ? { nextLink: next.href } : {}) },
    };
  }

  private route(request: ArmRequest, isSubscription: boolean): Answer {
    const [providers, provider, kind] = request.path;
    if (isSubscription) return this.subscription(request);
    if (providers !== "providers") return armError(404, "ResourceNotFound", "Not found.");
    if (provider === "microsoft.authorization" && kind === "permissions") return this.permissions(request);
    if (provider !== "microsoft.security") return armError(404, "InvalidResourceNamespace", "Not found.");
    return this.security.answer(request);
  }

  private subscription(request: ArmRequest): Answer {
    const { id, tenantId, name } = request.subscription;
    const action = "Microsoft.Resources/subscriptions/read";
    const readable =
      this.store.settings.subscriptionReadable || isAllowed(rolesOf(this.store, request), action);
    const body = {
      id: `/subscriptions/${id}`,
      subscriptionId: id,
      tenantId,
      displayName: name,
      state: "Enabled",
    };
    return (
      refuseVersion(request.url, "2022-12-01", "2020-01-01") ??
      (readable ? { status: 200, body } : forbidden(request, action))
    );
  }

  private permissions(request: ArmRequest): Answer {
    return (
      refuseVersion(request.url, "2022-04-01") ??
      refuse(this.store, request, "Microsoft.Authorization/permissions/read") ?? {
        status: 200,
        body: { value: rolesOf(this.store, request).map((role) => rolePermissions[role]) },
      }
    );
  }
}
