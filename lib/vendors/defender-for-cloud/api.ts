import type { VendorCredential } from "../credential.ts";
import type { VendorIo } from "../io.ts";
import type { VendorCloud } from "../manifest.ts";
import type { VendorProblem } from "../problem.ts";
import type { EntraApi, EntraCall } from "../shared/microsoft-entra/api.ts";
import { tellPerson } from "../shared/microsoft-entra/person-errors.ts";
import { resourceManagerOf } from "./clouds.ts";
import { phoneRedirectUri } from "./guide.ts";
import { personal } from "./person-errors.ts";
import { words } from "./words.ts";

/** Azure Resource Manager, as Entra ID gives tokens for it. */
export const resourceManager: EntraApi = {
  words,
  origin: resourceManagerOf,
  personScope: "user_impersonation",
  nativeRedirectUri: phoneRedirectUri,
};

/** A call of Entra ID for Resource Manager. */
export const entraCall = (cloud: VendorCloud, io: VendorIo): EntraCall => ({
  api: resourceManager,
  cloud,
  io,
});

/** What a call met, told to whom it concerns: of a person's own account, to that person. */
export const toldTo = (credential: VendorCredential, problem: VendorProblem): VendorProblem =>
  credential.kind === "person" ? tellPerson(resourceManager, problem, personal) : problem;
