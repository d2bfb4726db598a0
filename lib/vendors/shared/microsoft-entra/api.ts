import { z } from "zod";
import type { Application, Registration } from "../../credential.ts";
import type { VendorIo } from "../../io.ts";
import type { VendorCloud, VendorWords } from "../../manifest.ts";
import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../../problem.ts";
import { entraProblems } from "./entra-problems.ts";

/** The `authority` in the manifest of every vendor whose callers Entra ID signs in. */
export const authority = "microsoft-entra";

/**
 * The origins of Entra ID in Microsoft's national clouds, keyed by the names of the Azure CLI. China's was retired in August
 * 2026. Vendors use the same names for their clouds, so a credential of one cloud is never sent to another.
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
  /** the OAuth scope that people consent to, without the origin */
  personScope: string;
  /** the redirect URI of our native app */
  nativeRedirectUri: string;
};

/** Passed to every call of Entra ID. */
export type EntraCall = { api: EntraApi; cloud: VendorCloud; io: VendorIo };

type AnswerProblem = keyof ReturnType<typeof entraProblems>;

/** Builds the error for a failed response of Microsoft. `code` is a key of `entraProblems`, or an entry of its own. */
export function answerError(
  { words }: Pick<EntraApi, "words">,
  code: AnswerProblem | ProblemEntry,
  detail: ProblemDetail = {},
): VendorError {
  const entry = typeof code === "string" ? entraProblems(words)[code] : code;
  return new VendorError(problemOf(entry, detail));
}

const EntraApplication = z.object({ tenantId: z.guid(), applicationId: z.guid() });

/** Returns the directory id and the client id of an application at Entra ID. Throws ZodError for anything else. */
export function entraApplication(application: Application): z.output<typeof EntraApplication> {
  return EntraApplication.parse(application);
}

/** Returns the origin of Entra ID in a cloud. */
export function authorityHostOf({ endpoints }: VendorCloud): string {
  const { authorityHost } = endpoints;
  if (!authorityHost) throw new Error("this cloud has no authorityHost");
  return authorityHost;
}

/** Returns the authority address of an application's directory. */
export function authorityOf({ application, cloud }: Registration): string {
  const { tenantId } = entraApplication(application);
  return `${new URL(authorityHostOf(cloud)).origin}/${encodeURIComponent(tenantId)}`;
}
