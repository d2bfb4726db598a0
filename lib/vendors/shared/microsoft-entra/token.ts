import { createHash, X509Certificate } from "node:crypto";
import { ConfidentialClientApplication, LogLevel, type NodeAuthOptions } from "@azure/msal-node";
import type { VendorCredential } from "../../credential.ts";
import type { VendorIo } from "../../io.ts";
import { answerError, authorityHostOf, authorityOf, type EntraCall, entraApplication } from "./api.ts";
import { askEntra, discover } from "./network.ts";

const cacheMax = 500;

type ApplicationCredential = Extract<VendorCredential, { kind: "secret" | "certificate" }>;
/** An access token and its expiry in ms since the epoch. */
export type AccessToken = { token: string; expiresAt: number };

/**
 * Returns what MSAL needs to prove the application's identity: its secret, or its private key with the certificate's
 * SHA-256 thumbprint.
 */
function proofOf(credential: ApplicationCredential): Partial<NodeAuthOptions> {
  if (credential.kind === "secret") return { clientSecret: credential.secret };
  const thumbprintSha256 = new X509Certificate(credential.certificate).fingerprint256.replaceAll(":", "");
  return { clientCertificate: { thumbprintSha256, privateKey: credential.privateKey } };
}

/**
 * Fetches a token from Entra ID. Each call uses a new MSAL instance with an empty cache, because an old token would hide a
 * wrong new secret. Throws VendorError.
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
        // otherwise MSAL asks Microsoft's public cloud whether it knows the host
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

const cache = new Map<string, AccessToken>();
const pending = new Map<string, Promise<AccessToken>>();
const renewBeforeMs = 5 * 60_000;

/** Whether a token needn't be renewed yet. */
const isFresh = (known: AccessToken, io: VendorIo) => known.expiresAt - renewBeforeMs > io.now().getTime();

/**
 * Returns the token cached under `key`. If that token expires within five minutes or equals `refused`, a token that the
 * vendor has just rejected, `fetch` gets a new token. `key` must identify the credential, so that no other credential gets
 * the token.
 */
export async function knownToken(
  key: string,
  refused: string | null,
  io: VendorIo,
  fetch: () => Promise<AccessToken>,
): Promise<string> {
  const known = cache.get(key);
  if (known && known.token !== refused && isFresh(known, io)) return known.token;
  // concurrent callers share one request, unless it may have begun before the rejection
  const requestKey = `${key} ${refused ?? ""}`;
  const request = pending.get(requestKey) ?? fetch();
  pending.set(requestKey, request);
  try {
    const fresh = await request;
    const now = io.now().getTime();
    for (const [other, { expiresAt }] of cache) if (expiresAt < now) cache.delete(other);
    cache.delete(key);
    cache.set(key, fresh);
    const [oldest] = cache.keys();
    if (cache.size > cacheMax && oldest) cache.delete(oldest);
    return fresh.token;
  } finally {
    pending.delete(requestKey);
  }
}

/** Returns a token for polling and writing. It is cached under a hash of the credential and the API. Throws VendorError. */
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
