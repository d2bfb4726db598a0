import { z } from "zod";
import type { VendorCredential } from "../../credential.ts";
import type { VendorCloud } from "../../manifest.ts";
import { entraApplication, type EntraCall } from "./api.ts";
import { fetchToken } from "./token.ts";

const timeoutMs = 5_000;

/** Returns the origin of Microsoft Graph in a cloud, or null if the operator's own cloud names none. */
const graphOf = ({ endpoints }: VendorCloud): string | null => endpoints.graph ?? null;

const Registration = z.object({
  passwordCredentials: z.array(z.object({ hint: z.string().nullish(), endDateTime: z.string().nullish() })),
});

/**
 * Asks Microsoft Graph on which day an application's secret expires. Returns the day in UTC, such as 2027-03-31, or null if the
 * application may not read its own registration, which takes Application.Read.All, or if the secret can't be told from others:
 * Graph shows only its first three characters (https://learn.microsoft.com/graph/api/resources/passwordcredential). Throws
 * VendorError if Entra ID or Graph can't be asked.
 */
export async function readSecretExpiry(credential: VendorCredential, at: EntraCall): Promise<string | null> {
  const origin = graphOf(at.cloud);
  if (credential.kind !== "secret" || !origin) return null;
  const graph: EntraCall = { ...at, api: { ...at.api, origin: () => origin } };
  const { token } = await fetchToken(credential, graph);
  const { applicationId } = entraApplication(credential.application);
  const { status, text } = await at.io.egress.call(
    `${origin}/v1.0/applications(appId='${applicationId}')?$select=passwordCredentials`,
    {
      method: "GET",
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      body: null,
      signal: AbortSignal.any([at.io.signal, AbortSignal.timeout(timeoutMs)]),
    },
  );
  return status === 200 ? expiryIn(text, credential.secret, at.io.now()) : null;
}

/** Returns the day on which the only valid secret with this beginning expires; null if there is none or there are several. */
function expiryIn(text: string, secret: string, now: Date): string | null {
  const parsed = Registration.safeParse(parse(text));
  if (!parsed.success) return null;
  const days = parsed.data.passwordCredentials.flatMap(({ hint, endDateTime }) => {
    const endsAt = new Date(endDateTime ?? Number.NaN);
    if (hint !== secret.slice(0, 3) || !(endsAt > now)) return [];
    return [endsAt.toISOString().slice(0, 10)];
  });
  const [day, ...others] = new Set(days);
  return day && others.length === 0 ? day : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not JSON, so the date stays unknown
    return null;
  }
}
