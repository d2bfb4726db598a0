import { LogLevel, PublicClientApplication } from "@azure/msal-node";
import type { Application } from "../../credential.ts";
import { authorityHostOf, authorityOf, type EntraApi, type EntraCall, entraApplication } from "./api.ts";
import { askEntra, discover } from "./network.ts";

/** What a person's sign-in asks for: the API, and who they are. */
export const scopesOf = ({ api, cloud }: Pick<EntraCall, "cloud"> & { api: EntraApi }) => [
  `${api.origin(cloud)}/${api.personScope}`,
  "offline_access",
  "openid",
  "profile",
];

/** Runs a call of a public client's, one instance for each: its cache holds one person's tokens and no other's. */
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
          // we answer claims challenges, so that what changes in the directory takes effect at once
          clientCapabilities: ["cp1"],
        },
        system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
      }),
    ),
  );
}
