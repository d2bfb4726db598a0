import { type Vendor, VendorError, type VendorIo, type VendorTarget } from "../contract.ts";
import { type ArmClient, armClient } from "./client.ts";
import { manifest } from "./manifest.ts";
import { normalise } from "./normalise.ts";
import { statusFrom, statusWord } from "./status.ts";
import { forgetToken, heldToken } from "./token.ts";
import { verify } from "./verify.ts";

/** Runs a call with the kept token; a token that ARM refuses is forgotten before the error goes on. */
async function withClient<T>(
  target: VendorTarget,
  io: VendorIo,
  call: (arm: ArmClient) => Promise<T>,
): Promise<T> {
  const token = await heldToken(target.credential, io);
  try {
    return await call(armClient(target.subscriptionId, token, io));
  } catch (error) {
    if (error instanceof VendorError && error.problem.code === "token_refused") forgetToken(token);
    throw error;
  }
}

export const defenderForCloud: Vendor = {
  manifest,
  verify,
  normalise,
  statusWord,
  statusFrom,
  async *fetchAlerts(target, io) {
    const token = await heldToken(target.credential, io);
    try {
      yield* armClient(target.subscriptionId, token, io).listAlerts();
    } catch (error) {
      if (error instanceof VendorError && error.problem.code === "token_refused") forgetToken(token);
      throw error;
    }
  },
  getAlert: (target, alert, io) => withClient(target, io, (arm) => arm.getAlert(alert)),
  setStatus: (target, alert, to, io) =>
    withClient(target, io, async (arm) => ({ requestId: await arm.setStatus(alert, to) })),
  links: {
    alert: ({ vendorUrl, tenantId }, portalUrl) => {
      const url = vendorUrl ? URL.parse(vendorUrl) : null;
      if (!url?.hash || !azurePortals.has(url.origin)) return null;
      return `${portalUrl}/#@${encodeURIComponent(tenantId)}${url.hash.slice(1).replace(/^\/?/, "/")}`;
    },
    secrets: (applicationId, portalUrl) =>
      `${portalUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${encodeURIComponent(applicationId)}`,
    query: (vendorAlertId) => {
      const literal = vendorAlertId.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
      return `SecurityAlert | where VendorOriginalId =~ "${literal}"`;
    },
  },
};

const azurePortals = new Set(["https://portal.azure.com", "https://portal.azure.us"]);
