import { describe, expect, it } from "vitest";
import { type Egress, openEgress } from "#lib/platform/egress.ts";
import type { VendorIo } from "../io.ts";
import { entraSignIn } from "../shared/microsoft-entra/sign-in.ts";
import { defenderForCloud } from "./adapter.ts";
import { resourceManager as api } from "./api.ts";
import { clouds } from "./clouds.ts";
import { links } from "./links.ts";

const tenantId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";
const applicationId = "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5";
const subscriptionId = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const signIn = entraSignIn(api);

/** Answers as a cloud's discovery and token endpoints do. Returns the way to them, and the list of recorded requests. */
function cloudOf(authorityHost: string) {
  const requests: { url: string; body: string }[] = [];
  const base = `${authorityHost}/${tenantId}`;
  const call: Egress["call"] = async (url, { body }) => {
    requests.push({ url, body: body ?? "" });
    const answer = url.endsWith("openid-configuration")
      ? {
          issuer: `${base}/v2.0`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          token_endpoint: `${base}/oauth2/v2.0/token`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
        }
      : { token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600, access_token: "not-a-real-token" };
    return { status: 200, headers: { "content-type": "application/json" }, text: JSON.stringify(answer) };
  };
  return { requests, egress: { ...openEgress(null), call } };
}

describe.each(clouds.map((cloud) => [cloud.id, cloud] as const))("%s", (_id, cloud) => {
  const application = { tenantId, applicationId };
  const { consoleUrl } = cloud;
  const { authorityHost = "", resourceManager = "" } = cloud.endpoints;
  const { requests, egress } = cloudOf(authorityHost);
  const io: VendorIo = {
    egress,
    now: () => new Date(),
    signal: AbortSignal.timeout(20_000),
    log: () => {},
    take: async () => {},
  };
  const domain = cloud.id === "AzureUSGovernment" ? /\.(us|usgovcloudapi\.net)$/ : /\.(com)$/;

  it("has its authority, Resource Manager and portal in one domain", () => {
    for (const address of [authorityHost, resourceManager, consoleUrl]) {
      expect(new URL(address).origin).toBe(address);
      expect(new URL(address).hostname).toMatch(domain);
    }
  });

  it("signs an application in for its own Resource Manager and calls no other host", async () => {
    const credential = { kind: "secret" as const, application, secret: "secret" };
    const steps = [];
    const source = { credential, scopeId: subscriptionId, connection: {}, cloud };
    for await (const step of defenderForCloud.verify(source, io)) {
      steps.push([step.id, step.outcome]);
      if (step.id === "credential") break;
    }
    expect(steps).toEqual([
      ["tenant", "passed"],
      ["credential", "passed"],
    ]);
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([authorityHost]));
    const scope = new URLSearchParams(requests.find(({ body }) => body)?.body).get("scope");
    expect(scope?.split(" ")).toContain(`${resourceManager}/.default`);
  });

  it("signs people in and links to its own portal", async () => {
    const url = new URL(
      await signIn.begin(
        { application, cloud },
        {
          redirectUri: "https://soc.example/api/azure/callback",
          state: "s",
          nonce: "n",
          codeChallenge: "c",
          loginHint: null,
          challenge: null,
        },
        io,
      ),
    );
    expect(url.origin).toBe(authorityHost);
    expect(url.searchParams.get("scope")?.split(" ")).toEqual(
      expect.arrayContaining([
        `${resourceManager}/user_impersonation`,
        "offline_access",
        "openid",
        "profile",
      ]),
    );
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(url.searchParams.get("client_secret")).toBeNull();
    expect(signIn.consentUrl?.({ application, cloud })).toBe(
      `${authorityHost}/${tenantId}/adminconsent?client_id=${applicationId}`,
    );
    expect(signIn.native?.({ application, cloud })).toEqual({
      authority: `${authorityHost}/${tenantId}`,
      clientId: applicationId,
      redirectUri: "pocketsoc://auth",
      scope: `${resourceManager}/user_impersonation offline_access openid profile`,
    });
    const vendorUrl = "https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/x";
    expect(links.alert({ vendorUrl, application }, cloud)).toMatch(new RegExp(`^${consoleUrl}/#@`));
    expect(links.secrets(application, cloud)).toMatch(new RegExp(`^${consoleUrl}/`));
  });
});
