import { X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { Answer } from "../http.ts";
import type { Application } from "./directory.ts";
import { entraError } from "./errors.ts";

/** From PEM or the base64 of DER; throws on anything else. */
export const readCertificate = (text: string): X509Certificate =>
  new X509Certificate(text.includes("-----BEGIN") ? text : Buffer.from(text, "base64"));

/** An application's assertion, signed with its certificate's key: nothing, or how Entra ID refuses it. */
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
    return refuse(50027);
  }
  const certificate = app.certificates.find((one) => isNamed(one, header));
  const now = new Date();
  if (!certificate || certificate.validFromDate > now || certificate.validToDate < now) return refuse(700027);
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ["PS256", "RS256"],
      requiredClaims: ["exp"],
      // MSAL rounds its clock, up too
      clockTolerance: 5,
    });
  } catch (error) {
    const untimely = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
    return refuse(untimely ? 700024 : 700027);
  }
  if (claims.iss !== app.clientId || claims.sub !== app.clientId) return refuse(700021);
  return String(claims.aud).toLowerCase() === tokenEndpoint.toLowerCase() ? null : refuse(700023);
}

function isNamed(certificate: X509Certificate, header: Record<string, unknown>): boolean {
  const named = (fingerprint: string, thumbprint: unknown) =>
    Buffer.from(fingerprint.replaceAll(":", ""), "hex").toString("base64url") === thumbprint;
  return named(certificate.fingerprint256, header["x5t#S256"]) || named(certificate.fingerprint, header.x5t);
}
