import { type Vendor, VendorError, type VendorIo, type VendorTarget } from "../contract.ts";
import { type ArmClient, armClient } from "./client.ts";
import { forPerson } from "./person-errors.ts";
import { manifest } from "./manifest.ts";
import { normalise } from "./normalise.ts";
import { signIn } from "./person.ts";
import { createSamples, listLocations, listForwardingRules } from "./webhook-calls.ts";
import { statusFrom, statusWord } from "./status.ts";
import { keptTokens } from "./token-source.ts";
import { verify } from "./verify.ts";
import { webhook } from "./webhook.ts";

const clientOf = (target: VendorTarget, io: VendorIo) =>
  armClient(target.subscriptionId, keptTokens(target.credential, io), io);

/** What a person's own account met is told to that person. */
function told(target: VendorTarget, error: unknown): unknown {
  if (!(error instanceof VendorError) || target.credential.kind !== "person") return error;
  return new VendorError(forPerson(error.problem));
}

async function withClient<T>(
  target: VendorTarget,
  io: VendorIo,
  call: (arm: ArmClient) => Promise<T>,
): Promise<T> {
  try {
    return await call(clientOf(target, io));
  } catch (error) {
    throw told(target, error);
  }
}

export const defenderForCloud: Vendor = {
  manifest,
  verify,
  normalise,
  statusWord,
  statusFrom,
  signIn,
  async *fetchAlerts(target, io) {
    try {
      yield* clientOf(target, io).listAlerts();
    } catch (error) {
      throw told(target, error);
    }
  },
  fetchPage: (target, next, io) =>
    withClient(target, io, async (arm) => {
      if (next) return arm.listPageAt(next);
      const page = await arm.listAlerts().next();
      return page.value ?? { alerts: [], remainingReads: null, next: null };
    }),
  getAlert: (target, alert, io) => withClient(target, io, (arm) => arm.getAlert(alert)),
  webhook,
  listForwardingRules: (target, io) => withClient(target, io, listForwardingRules),
  createSamples: (target, io) => withClient(target, io, createSamples),
  listLocations: (target, io) => withClient(target, io, listLocations),
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
    // the overview, from which Microsoft's own pages lead on: no address of the list itself is published
    alerts: (portalUrl) => `${portalUrl}/#view/Microsoft_Azure_Security/SecurityMenuBlade/~/0`,
    query: (vendorAlertId) => {
      const literal = vendorAlertId.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
      return `SecurityAlert | where VendorOriginalId =~ "${literal}"`;
    },
  },
};

const azurePortals = new Set(["https://portal.azure.com", "https://portal.azure.us"]);
