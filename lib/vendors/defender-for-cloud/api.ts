import type { VendorCredential } from "../credential.ts";
import type { VendorIo } from "../io.ts";
import type { VendorCloud } from "../manifest.ts";
import type { VendorProblem } from "../problem.ts";
import type { EntraApi, EntraCall } from "../shared/microsoft-entra/api.ts";
import { problemForPerson } from "../shared/microsoft-entra/person-errors.ts";
import { resourceManagerOf } from "./clouds.ts";
import { phoneRedirectUri } from "./guide.ts";
import { personOverrides } from "./person-errors.ts";
import { words } from "./words.ts";

/** Azure Resource Manager, the API that Entra ID issues tokens for. */
export const resourceManager: EntraApi = {
  words,
  origin: resourceManagerOf,
  personScope: "user_impersonation",
  nativeRedirectUri: phoneRedirectUri,
};

/** Returns what calls of Entra ID need to get tokens for Resource Manager. */
export const entraCall = (cloud: VendorCloud, io: VendorIo): EntraCall => ({
  api: resourceManager,
  cloud,
  io,
});

/** Rewords a problem for the person if the call used their own account. */
export const problemFor = (credential: VendorCredential, problem: VendorProblem): VendorProblem =>
  credential.kind === "person" ? problemForPerson(resourceManager, problem, personOverrides) : problem;
