import { freePort } from "../scripts/ports.ts";
import type { TestDatabase } from "./database.ts";
import { startForwardProxy } from "./forward-proxy.ts";
import { proxied, proxiedCertificates, ensureProxiedCertificates } from "./proxied-names.ts";
import { startPushService } from "./push-service.ts";
import { startTestStack } from "./stack.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";

/**
 * Starts a stack in a network that only a forward proxy leads out of. Entra ID, Resource Manager, a push service and a
 * receiver of outgoing webhooks have names that only the proxy knows, so a call that doesn't use the proxy fails.
 */
// long: one object of the tests' tools
export async function startProxiedStack({
  own,
  portalUrl = "http://localhost:3000",
}: {
  own?: TestDatabase;
  portalUrl?: string;
} = {}) {
  const caFile = await ensureProxiedCertificates();
  const certificates = proxiedCertificates;
  const push = await startPushService({ certificates, name: proxied.push });
  const receiver = await startWebhookReceiver({ certificates });
  const [entraPort, armPort] = [await freePort(), await freePort()];
  const proxy = await startForwardProxy(
    {
      [`${proxied.entra}:443`]: entraPort,
      [`${proxied.arm}:443`]: armPort,
      [`${proxied.push}:443`]: push.port,
      [`${proxied.receiver}:443`]: receiver.port,
    },
    { credentials: "soc:p@ss#word" },
  );
  const origins = {
    authorityHost: `https://${proxied.entra}`,
    armEndpoint: `https://${proxied.arm}`,
  };
  const stack = await startTestStack(own, {
    emulator: { entraPort, armPort, stateDir: certificates, origins, portalUrls: [portalUrl] },
    proxy: proxy.settings(),
  });
  stack.services.webPush = {
    ...stack.services.webPush,
    subject: "mailto:soc@contoso.com",
    moreHosts: [proxied.push],
  };
  stack.services.outgoing = { ...stack.services.outgoing, moreHosts: [proxied.receiver] };
  return {
    ...stack,
    push,
    receiver,
    proxy,
    /** the settings of a program of the portal behind the proxy */
    env: {
      ...stack.workerEnv,
      POCKETSOC_URL: portalUrl,
      HTTPS_PROXY: proxy.address,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    /** Returns how many tunnels were opened to each host since the last call of this function. */
    takeConnects: () => {
      const counts: Record<string, number> = {};
      for (const target of proxy.connects.splice(0)) {
        const host = target.replace(/:443$/, "");
        counts[host] = (counts[host] ?? 0) + 1;
      }
      return counts;
    },
    stop: async () => {
      await stack.stop();
      await proxy.stop();
      await push.stop();
      await receiver.stop();
    },
  };
}
