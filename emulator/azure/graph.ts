import type { Answer } from "../http.ts";
import { callerOf } from "./arm-caller.ts";
import type { Keys } from "./keys.ts";
import type { Store } from "./store.ts";
import type { EntraUrls } from "./urls.ts";

const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

/**
 * Microsoft Graph, as far as PocketSOC uses it: an application's own registration with its secrets
 * (https://learn.microsoft.com/graph/api/application-get). An application may read it with Application.Read.All, which the
 * guide doesn't ask for.
 */
export async function answerGraph(
  { store, keys, urls }: { store: Store; keys: Keys; urls: EntraUrls },
  method: string,
  url: URL,
  authorization: string | undefined,
): Promise<Answer> {
  const caller = await callerOf(keys, urls.graphEndpoint, authorization);
  if ("answer" in caller)
    return error(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.");
  const [, appId] = /^\/v1\.0\/applications\(appId='([0-9a-f-]{36})'\)$/.exec(url.pathname) ?? [];
  if (method !== "GET" || !appId) return error(400, "BadRequest", "Resource not found for the segment.");
  if (!store.graphReaders.has(caller.clientId))
    return error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  const app = store.application(caller.tenantId, appId);
  if (!app)
    return error(
      404,
      "Request_ResourceNotFound",
      `Resource '${appId}' does not exist or one of its queried reference-property objects are not present.`,
    );
  const passwordCredentials = app.secrets.map(({ value, endsAt }) => ({
    customKeyIdentifier: null,
    displayName: "PocketSOC",
    endDateTime: endsAt ?? "2299-12-31T00:00:00Z",
    hint: value.slice(0, 3),
    keyId: "00000000-0000-4000-8000-000000000000",
    secretText: null,
    startDateTime: "2026-01-01T00:00:00Z",
  }));
  return { status: 200, body: { passwordCredentials } };
}
