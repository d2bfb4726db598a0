import { z } from "zod";
import type { Application, Registration } from "../../credential.ts";
import type { VendorIo } from "../../io.ts";
import type { VendorCloud, VendorWords } from "../../manifest.ts";
import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../../problem.ts";
import { withErrorCode } from "../error-code.ts";
import { entraProblems } from "./entra-problems.ts";

/** The `authority` in a vendor's manifest if Entra ID signs the vendor's callers in. */
export const authority = "microsoft-entra";

/**
 * The origins of Entra ID in Microsoft's national clouds, keyed by the Azure CLI's names of the clouds. China's cloud was
 * retired in August 2026. Vendors use the same names, so that a credential for one cloud is never sent to another.
 */
export const authorityHosts = {
  AzureCloud: "https://login.microsoftonline.com",
  AzureUSGovernment: "https://login.microsoftonline.us",
} as const;

/** A Microsoft API that Entra ID issues tokens for. */
export type EntraApi = {
  words: Pick<VendorWords, "provider" | "account">;
  /** returns the API's origin in a cloud; OAuth scopes begin with it */
  origin(cloud: VendorCloud): string;
  /** the OAuth scope that people consent to, without the origin at its beginning */
  personScope: string;
  /** the redirect URI of our native app */
  nativeRedirectUri: string;
};

/** What every call of Entra ID needs: the API that a token is for, the cloud, and the vendor's `io`. */
export type EntraCall = { api: EntraApi; cloud: VendorCloud; io: VendorIo };

type AnswerProblem = keyof ReturnType<typeof entraProblems>;

/**
 * Builds the error for a failed response of Microsoft. `code` is a key of `entraProblems`, or a complete problem entry. The
 * message ends with the error code, if there is one.
 */
export function answerError(
  { words }: Pick<EntraApi, "words">,
  code: AnswerProblem | ProblemEntry,
  detail: ProblemDetail = {},
): VendorError {
  const entry = typeof code === "string" ? entraProblems(words)[code] : code;
  const message = withErrorCode(entry.message, detail.vendorCode ?? null);
  return new VendorError(problemOf({ ...entry, message }, detail));
}

const EntraApplication = z.object({ tenantId: z.guid(), applicationId: z.guid() });

/**
 * Returns the tenant id and the application id of an application at Entra ID. Throws a ZodError if the two aren't both
 * GUIDs.
 */
export function entraApplication(application: Application): z.output<typeof EntraApplication> {
  return EntraApplication.parse(application);
}

/** Returns the origin of Entra ID in a cloud. */
export function authorityHostOf({ endpoints }: VendorCloud): string {
  const { authorityHost } = endpoints;
  if (!authorityHost) throw new Error("this cloud has no authorityHost");
  return authorityHost;
}

/** Returns Entra ID's address for the directory in which an application is registered. */
export function authorityOf({ application, cloud }: Registration): string {
  const { tenantId } = entraApplication(application);
  return `${new URL(authorityHostOf(cloud)).origin}/${encodeURIComponent(tenantId)}`;
}
