import { Arm } from "./azure/arm.ts";
import { Entra } from "./azure/entra.ts";
import { Grants } from "./azure/grants.ts";
import { createKeys } from "./azure/keys.ts";
import { Store } from "./azure/store.ts";
import { TokenEndpoint } from "./azure/token-endpoint.ts";
import {
  type Cloud,
  handleArm,
  handleBrowser,
  handleControl,
  handleEntra,
  handleGraph,
  listenerOf,
} from "./handlers.ts";
import { LogicApps } from "./logic-app/logic-apps.ts";
import { Servers } from "./servers.ts";
import { ensureCertificates } from "./tls.ts";

type EmulatorOptions = {
  /** the port of Entra ID; 0 means any free port */
  entraPort: number;
  armPort: number;
  browserPort: number;
  /** the folder for certificates and alerts; with `volatile`, alerts aren't stored */
  stateDir: string;
  volatile?: boolean;
  /** whether to serve the control API, on a free port */
  control: boolean;
  portalUrls: string[];
  /** the origins under which the portal calls Entra ID and Resource Manager through a proxy; without them, localhost */
  origins?: { authorityHost: string; armEndpoint: string };
};
type Emulator = {
  authorityHost: string;
  armEndpoint: string;
  graphEndpoint: string;
  browserUrl: string;
  controlUrl: string | undefined;
  caFile: string;
  stop(): Promise<void>;
};

/** Starts Entra ID, Resource Manager and Microsoft Graph over TLS, and the sign-in pages over plain http, all on localhost. */
// long: its routes share the servers and the store that it starts
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const certificates = await ensureCertificates(options.stateDir);
  const store = new Store(options.volatile ? null : options.stateDir, options.portalUrls);
  const keys = await createKeys();
  const grants = new Grants();
  const logicApps = new LogicApps(store);
  // filled in below: each address is known once its server listens
  const urls = { authorityHost: "", browserUrl: "", armEndpoint: "", graphEndpoint: "" };
  const cloud: Cloud = {
    urls,
    store,
    keys,
    grants,
    logicApps,
    arm: new Arm(store, keys, urls, logicApps),
    entra: new Entra(store, grants, urls),
    tokenEndpoint: new TokenEndpoint(store, keys, grants, urls),
  };
  const servers = new Servers(certificates);
  urls.armEndpoint = await servers.listen(options.armPort, true, listenerOf(cloud, handleArm));
  urls.graphEndpoint = await servers.listen(0, true, listenerOf(cloud, handleGraph));
  urls.authorityHost = await servers.listen(options.entraPort, true, listenerOf(cloud, handleEntra));
  Object.assign(urls, options.origins);
  urls.browserUrl = await servers.listen(options.browserPort, false, listenerOf(cloud, handleBrowser));
  const controlUrl = options.control
    ? await servers.listen(0, false, listenerOf(cloud, handleControl))
    : undefined;
  return {
    ...urls,
    controlUrl,
    caFile: certificates.caFile,
    stop: async () => {
      await logicApps.clear();
      await servers.close();
    },
  };
}
