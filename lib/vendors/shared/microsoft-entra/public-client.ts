import { LogLevel, PublicClientApplication } from "@azure/msal-node";
import type { Application } from "../../credential.ts";
import { authorityHostOf, authorityOf, type EntraApi, type EntraCall, entraApplication } from "./api.ts";
import { askEntra, discover } from "./network.ts";

/** Returns the OAuth scopes that a person's sign-in asks for: the API's scope and the person's profile. */
export const scopesOf = ({ api, cloud }: Pick<EntraCall, "cloud"> & { api: EntraApi }) => [
  `${api.origin(cloud)}/${api.personScope}`,
  "offline_access",
  "openid",
  "profile",
];

/**
 * Runs a call with a new public client of MSAL, so that no client's cache ever holds two people's tokens. Throws
 * VendorError.
 */
export function withPublicClient<T>(
  application: Application,
  at: EntraCall,
  call: (client: PublicClientApplication) => Promise<T>,
): Promise<T> {
  const { cloud } = at;
  return askEntra(at, async (networkClient) =>
    call(
      new PublicClientApplication({
        auth: {
          clientId: entraApplication(application).applicationId,
          authority: authorityOf({ application, cloud }),
          knownAuthorities: [new URL(authorityHostOf(cloud)).host],
          authorityMetadata: await discover(application, at),
          // says that we answer claims challenges, so changes in the directory take effect at once
          clientCapabilities: ["cp1"],
        },
        system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
      }),
    ),
  );
}
