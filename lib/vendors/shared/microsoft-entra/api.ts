import { z } from "zod";
import type { Application, Registration } from "../../credential.ts";
import type { VendorIo } from "../../io.ts";
import type { VendorCloud, VendorWords } from "../../manifest.ts";
import { type ProblemDetail, type ProblemEntry, problemOf, VendorError } from "../../problem.ts";
import { entraProblems } from "./entra-problems.ts";

/** What vendors name in their manifests whose callers Entra ID signs in. */
export const authority = "microsoft-entra";

/**
 * Entra ID in Microsoft's national clouds (China's was retired in August 2026), by the names of the Azure CLI. Vendors
 * use these names for their clouds, so that a credential of one cloud is sent to no other.
 */
export const authorityHosts = {
  AzureCloud: "https://login.microsoftonline.com",
  AzureUSGovernment: "https://login.microsoftonline.us",
} as const;

/** One API of Microsoft's that Entra ID gives tokens for. */
export type EntraApi = {
  words: Pick<VendorWords, "provider" | "account">;
  /** its origin in a cloud, which its scopes begin with */
  origin(cloud: VendorCloud): string;
  /** the scope that people consent to, without the origin */
  personScope: string;
  /** where our native app is led back to */
  nativeRedirectUri: string;
};

/** What every call of Entra ID is made with. */
export type EntraCall = { api: EntraApi; cloud: VendorCloud; io: VendorIo };

type AnswerProblem = keyof ReturnType<typeof entraProblems>;

/** A failure that any of Microsoft's answers may be. */
export function answerError(
  { words }: Pick<EntraApi, "words">,
  code: AnswerProblem | ProblemEntry,
  detail: ProblemDetail = {},
): VendorError {
  const entry = typeof code === "string" ? entraProblems(words)[code] : code;
  return new VendorError(problemOf(entry, detail));
}

const EntraApplication = z.object({ tenantId: z.guid(), applicationId: z.guid() });

/** The directory and the client id of an application at Entra ID. */
export function entraApplication(application: Application): z.output<typeof EntraApplication> {
  return EntraApplication.parse(application);
}

/** The origin of Entra ID in a cloud. */
export function authorityHostOf({ endpoints }: VendorCloud): string {
  const { authorityHost } = endpoints;
  if (!authorityHost) throw new Error("a cloud of Microsoft's names its authorityHost");
  return authorityHost;
}

/** Where a directory signs its callers in. */
export function authorityOf({ application, cloud }: Registration): string {
  const { tenantId } = entraApplication(application);
  return `${new URL(authorityHostOf(cloud)).origin}/${encodeURIComponent(tenantId)}`;
}
