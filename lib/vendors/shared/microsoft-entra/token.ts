import { createHash, X509Certificate } from "node:crypto";
import { ConfidentialClientApplication, LogLevel, type NodeAuthOptions } from "@azure/msal-node";
import type { VendorCredential } from "../../credential.ts";
import type { VendorIo } from "../../io.ts";
import { answerError, authorityHostOf, authorityOf, type EntraCall, entraApplication } from "./api.ts";
import { askEntra, discover } from "./network.ts";

const cacheMax = 500;

type ApplicationCredential = Extract<VendorCredential, { kind: "secret" | "certificate" }>;
/** An access token, and when it ends (ms since the epoch). */
export type AccessToken = { token: string; expiresAt: number };

/** How the application proves itself: its secret, or its certificate by the SHA-256 thumbprint. */
function proofOf(credential: ApplicationCredential): Partial<NodeAuthOptions> {
  if (credential.kind === "secret") return { clientSecret: credential.secret };
  const thumbprintSha256 = new X509Certificate(credential.certificate).fingerprint256.replaceAll(":", "");
  return { clientCertificate: { thumbprintSha256, privateKey: credential.privateKey } };
}

/**
 * A token straight from Entra ID, by a fresh MSAL instance with an empty cache: a wrong new secret can't
 * pass on an old token. Throws VendorError.
 */
export function fetchToken(credential: ApplicationCredential, at: EntraCall): Promise<AccessToken> {
  const { api, cloud, io } = at;
  const { application } = credential;
  return askEntra(at, async (networkClient) => {
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: entraApplication(application).applicationId,
        ...proofOf(credential),
        authority: authorityOf({ application, cloud }),
        // without this MSAL asks Microsoft's public cloud whether the host is one of its own
        knownAuthorities: [new URL(authorityHostOf(cloud)).host],
        authorityMetadata: await discover(application, at),
      },
      system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
    });
    const result = await client.acquireTokenByClientCredential({
      scopes: [`${api.origin(cloud)}/.default`],
      skipCache: true,
    });
    if (!result?.accessToken) throw answerError(api, "not_json");
    return {
      token: result.accessToken,
      expiresAt: result.expiresOn?.getTime() ?? io.now().getTime() + 60_000,
    };
  });
}

const held = new Map<string, AccessToken>();
const underWay = new Map<string, Promise<AccessToken>>();
const renewBeforeMs = 5 * 60_000;

/** Whether a token lasts long enough to begin with. */
const lasts = (known: AccessToken, io: VendorIo) => known.expiresAt - renewBeforeMs > io.now().getTime();

/**
 * A token kept under `key` until five minutes before its end, or the one that `fetch` brings; `refused` is one
 * that the vendor took no more. Keys name the credential, so that another one never gets its token.
 */
export async function knownToken(
  key: string,
  refused: string | null,
  io: VendorIo,
  fetch: () => Promise<AccessToken>,
): Promise<string> {
  const known = held.get(key);
  if (known && known.token !== refused && lasts(known, io)) return known.token;
  // many callers at once are one request, unless it may have begun before the refusal
  const sameAsk = `${key} ${refused ?? ""}`;
  const asking = underWay.get(sameAsk) ?? fetch();
  underWay.set(sameAsk, asking);
  try {
    const fresh = await asking;
    const now = io.now().getTime();
    for (const [other, { expiresAt }] of held) if (expiresAt < now) held.delete(other);
    held.delete(key);
    held.set(key, fresh);
    const [oldest] = held.keys();
    if (held.size > cacheMax && oldest) held.delete(oldest);
    return fresh.token;
  } finally {
    underWay.delete(sameAsk);
  }
}

/** A token for polling and writing; kept by the hash of all that the credential is and of what it is for. */
export function cachedToken(
  credential: ApplicationCredential,
  refused: string | null,
  at: EntraCall,
): Promise<string> {
  const { tenantId, applicationId } = entraApplication(credential.application);
  const proof = credential.kind === "secret" ? credential.secret : credential.privateKey;
  const parts = [authorityHostOf(at.cloud), at.api.origin(at.cloud), tenantId, applicationId, proof];
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return knownToken(key, refused, at.io, () => fetchToken(credential, at));
}
