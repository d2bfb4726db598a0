import { sha256 } from "#lib/platform/ids.ts";
import type { SignedIn, VendorSignIn } from "../../credential.ts";
import { VendorError } from "../../problem.ts";
import {
  answerError,
  authority,
  authorityHostOf,
  authorityOf,
  type EntraApi,
  entraApplication,
} from "./api.ts";
import { entraError } from "./entra-error.ts";
import { problemForPerson } from "./person-errors.ts";
import { scopesOf, withPublicClient } from "./public-client.ts";

/**
 * Returns the functions that sign people in at Entra ID. `api` is the API that the tokens are for. The sign-in uses an
 * authorization code with PKCE and no secret (docs/decisions/0012).
 */
export function entraSignIn(api: EntraApi): VendorSignIn {
  return {
    name: ({ application, cloud }) => {
      const { tenantId, applicationId } = entraApplication(application);
      const parts = [authority, authorityHostOf(cloud), tenantId, applicationId];
      return sha256(JSON.stringify(parts)).toString("hex");
    },
    native: ({ application, cloud }) => ({
      authority: authorityOf({ application, cloud }),
      clientId: entraApplication(application).applicationId,
      redirectUri: api.nativeRedirectUri,
      scope: scopesOf({ api, cloud }).join(" "),
    }),
    begin: ({ application, cloud }, request, io) =>
      withPublicClient(application, { api, cloud, io }, (client) =>
        client.getAuthCodeUrl({
          scopes: scopesOf({ api, cloud }),
          redirectUri: request.redirectUri,
          state: request.state,
          nonce: request.nonce,
          codeChallenge: request.codeChallenge,
          codeChallengeMethod: "S256",
          ...(request.loginHint ? { loginHint: request.loginHint } : { prompt: "select_account" }),
          ...(request.challenge ? { claims: request.challenge } : {}),
        }),
      ),
    finish: async (registration, answer, io) => {
      try {
        return await redeem(api, registration, answer, io);
      } catch (error) {
        throw error instanceof VendorError ? new VendorError(problemForPerson(api, error.problem)) : error;
      }
    },
    problem: (error, description) => {
      const number = Number(/^AADSTS(\d{4,8})\b/.exec(description)?.[1] ?? 0);
      if (error === "access_denied" && (number === 0 || number === 65004))
        return answerError(api, "sign_in_cancelled").problem;
      return problemForPerson(api, entraError(api, number ? [number] : [], 400).problem);
    },
    consentUrl: ({ application, cloud }) => {
      const { tenantId, applicationId } = entraApplication(application);
      const directory = `${authorityHostOf(cloud)}/${encodeURIComponent(tenantId)}`;
      return `${directory}/adminconsent?client_id=${encodeURIComponent(applicationId)}`;
    },
    isConsent: (parameters) => parameters.admin_consent === "True",
  };
}

/** Redeems an authorization code. The validated id_token in the response says who signed in. */
function redeem(
  api: EntraApi,
  { application, cloud }: Parameters<VendorSignIn["finish"]>[0],
  answer: Parameters<VendorSignIn["finish"]>[1],
  io: Parameters<VendorSignIn["finish"]>[2],
): Promise<SignedIn> {
  const { tenantId } = entraApplication(application);
  return withPublicClient(application, { api, cloud, io }, async (client) => {
    const result = await client.acquireTokenByCode(
      {
        scopes: scopesOf({ api, cloud }),
        redirectUri: answer.redirectUri,
        code: answer.code,
        codeVerifier: answer.verifier,
        ...(answer.challenge ? { claims: answer.challenge } : {}),
      },
      { code: answer.code, nonce: answer.nonce },
    );
    const claims = result.idTokenClaims as Record<string, unknown>;
    if (claims.nonce !== answer.nonce) throw answerError(api, "answer_foreign");
    if (String(claims.tid).toLowerCase() !== tenantId) throw answerError(api, "other_tenant");
    if (typeof claims.oid !== "string" || !result.account) throw answerError(api, "not_json");
    return {
      cache: client.getTokenCache().serialize(),
      directoryId: tenantId,
      objectId: claims.oid.toLowerCase(),
      account: result.account.username || String(claims.preferred_username ?? ""),
    };
  });
}
