import { X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { Answer } from "../http.ts";
import type { Application } from "./directory.ts";
import { entraError } from "./errors.ts";

/** Reads a certificate in PEM, or in DER encoded as base64. Throws an Error if the text is neither. */
export const readCertificate = (text: string): X509Certificate =>
  new X509Certificate(text.includes("-----BEGIN") ? text : Buffer.from(text, "base64"));

/**
 * Checks a client assertion, which is a token that an application signed with its certificate's key. Returns null if the
 * assertion is valid, otherwise Entra ID's refusal.
 */
export async function checkAssertion(
  app: Application,
  assertion: string,
  tokenEndpoint: string,
): Promise<Answer | null> {
  const refuse = (number: number) => entraError(number, { app: app.clientId });
  let header: ReturnType<typeof decodeProtectedHeader>;
  let claims: ReturnType<typeof decodeJwt>;
  try {
    header = decodeProtectedHeader(assertion);
    claims = decodeJwt(assertion);
  } catch {
    // not a JWT
    return refuse(50027);
  }
  const certificate = app.certificates.find((candidate) => isNamedIn(header, candidate));
  const now = new Date();
  if (!certificate || certificate.validFromDate > now || certificate.validToDate < now) return refuse(700027);
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ["PS256", "RS256"],
      requiredClaims: ["exp"],
      // MSAL rounds its timestamps, so one may lie in the future
      clockTolerance: 5,
    });
  } catch (error) {
    const isTimeWrong =
      error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
    return refuse(isTimeWrong ? 700024 : 700027);
  }
  if (claims.iss !== app.clientId || claims.sub !== app.clientId) return refuse(700021);
  return String(claims.aud).toLowerCase() === tokenEndpoint.toLowerCase() ? null : refuse(700023);
}

/** Whether an assertion's header names the certificate by its SHA-256 or SHA-1 thumbprint. */
function isNamedIn(header: Record<string, unknown>, certificate: X509Certificate): boolean {
  const matches = (fingerprint: string, thumbprint: unknown) =>
    Buffer.from(fingerprint.replaceAll(":", ""), "hex").toString("base64url") === thumbprint;
  return (
    matches(certificate.fingerprint256, header["x5t#S256"]) || matches(certificate.fingerprint, header.x5t)
  );
}
