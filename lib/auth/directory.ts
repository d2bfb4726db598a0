import "server-only";
import { z } from "zod";
import { cleanText } from "#lib/domain/text.ts";
import { getEnv } from "#lib/platform/env.ts";
import { getServices } from "./services.ts";

const keptMs = 24 * 60 * 60_000;
const failedForMs = 5_000;
const timeoutMs = 10_000;

const httpsAddress = z.url({ protocol: /^https?$/ });
/** The addresses of a directory that a sign-in needs, from OpenID Connect's discovery document. */
const Endpoints = z.object({
  authorization_endpoint: httpsAddress,
  token_endpoint: httpsAddress,
  jwks_uri: httpsAddress,
});
export type Endpoints = z.infer<typeof Endpoints>;

type Known = { until: number; endpoints: Promise<Endpoints | null> };

// Next gives pages and route handlers separate module graphs, so what is known lives on globalThis.
const slot = Symbol.for("pocketsoc.sign-in-directory");
const holder = globalThis as { [slot]?: Known };

/** The issuer of the directory whose people sign in to the portal. */
export const signInIssuer = (): string => {
  const { authorityHost, directoryId } = getEnv().signIn;
  return `${authorityHost}/${directoryId}/v2.0`;
};

/**
 * Returns the addresses of the directory whose people sign in to the portal, or null if the directory can't be asked. Asks once
 * a day, and after a failure once in five seconds, because strangers begin sign-ins in any number and each would be a call.
 */
export async function signInEndpoints(): Promise<Endpoints | null> {
  const now = performance.now();
  const known = holder[slot];
  if (known && now < known.until) return known.endpoints;
  const asked: Known = { until: now + timeoutMs + failedForMs, endpoints: discover() };
  holder[slot] = asked;
  const endpoints = await asked.endpoints;
  asked.until = performance.now() + (endpoints ? keptMs : failedForMs);
  return endpoints;
}

async function discover(): Promise<Endpoints | null> {
  const { egress, log } = getServices();
  const address = `${signInIssuer()}/.well-known/openid-configuration`;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await egress.call(address, { method: "GET", headers: {}, body: null, signal });
    if (answer.status !== 200) throw new Error(`the directory answered with ${answer.status}`);
    return Endpoints.parse(JSON.parse(answer.text));
  } catch (error) {
    const reason = cleanText(error instanceof Error ? error.message : String(error), 500);
    log("auth.directory_unreachable", { reason });
    return null;
  }
}
