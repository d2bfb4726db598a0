import type { Json } from "#lib/domain/detection.ts";
import { z } from "zod";
import type { Vendor, VendorSource } from "../contract.ts";
import type { VendorIo } from "../io.ts";
import { VendorError } from "../problem.ts";
import { entraApplication } from "../shared/microsoft-entra/api.ts";
import { readSecretExpiry } from "../shared/microsoft-entra/secret-expiry.ts";
import { entraSignIn } from "../shared/microsoft-entra/sign-in.ts";
import { cachedTokens } from "../shared/microsoft-entra/token-source.ts";
import { entraCall, resourceManager, problemFor } from "./api.ts";
import { type ArmClient, armClient } from "./client.ts";
import { complete } from "./complete.ts";
import { document } from "./document.ts";
import { azureError } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import { links } from "./links.ts";
import { manifest } from "./manifest.ts";
import { normalise } from "./normalise.ts";
import { AlertRef } from "./ref.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";
import { readWebhook } from "./webhook.ts";
import { createSamples, listForwardingRules, listLocations } from "./webhook-calls.ts";
import { sourcesOf } from "./webhook-sources.ts";

/** The vendor's own form fields: none, because the subscription is the scope. */
const Connection = z.object({});
type Source = VendorSource<z.output<typeof Connection>>;

/** if Resource Manager allows fewer remaining reads than this, we poll less often */
const lowReads = 25;
/**
 * the most writes in a minute for each principal and subscription; Resource Manager allows a burst of 200, then ten a
 * second
 */
const writesPerMinute = 780;
const writeLimitKey = ({ credential, scopeId }: Source) =>
  `writes ${scopeId} ${credential.kind === "person" ? credential.tokens.key : entraApplication(credential.application).applicationId}`;

const clientOf = (source: Source, io: VendorIo) =>
  armClient(source, cachedTokens(source.credential, entraCall(source.cloud, io)), io);

/** Rewords a VendorError for the person if the call used the person's own account. Returns any other error unchanged. */
const rewordError = ({ credential }: Source, error: unknown): unknown =>
  error instanceof VendorError ? new VendorError(problemFor(credential, error.problem)) : error;

async function withClient<T>(source: Source, io: VendorIo, call: (arm: ArmClient) => Promise<T>): Promise<T> {
  try {
    return await call(clientOf(source, io));
  } catch (error) {
    throw rewordError(source, error);
  }
}

/** Reads the whole list of alerts in every poll, because Azure has no way to ask what changed. */
async function* read(source: Source, _cursor: Json | null, io: VendorIo) {
  try {
    for await (const { alerts, remainingReads, next, problem } of clientOf(source, io).listAlerts()) {
      const easeOff = remainingReads !== null && remainingReads < lowReads;
      yield { alerts, cursor: null, whole: next === null && problem === null, easeOff };
    }
  } catch (error) {
    throw rewordError(source, error);
  }
}

export const defenderForCloud: Vendor<z.output<typeof Connection>, AlertRef> = {
  manifest,
  document,
  settings,
  connection: Connection,
  ref: AlertRef,
  verify,
  list: (source, next, io) =>
    withClient(source, io, async (arm) => {
      if (typeof next === "string") return arm.listPageAt(next);
      if (next !== null) throw azureError("untrusted_link");
      const page = await arm.listAlerts().next();
      return page.value ?? { alerts: [], next: null };
    }),
  read,
  normalise,
  complete,
  fingerprint,
  links,
  can: {
    update: {
      fields: ["status"],
      send: async (source, ref, { status }, io) => {
        await io.take(writeLimitKey(source), writesPerMinute);
        return withClient(source, io, async (arm) => ({
          requestId: status ? await arm.setStatus(ref, status) : null,
        }));
      },
    },
    reread: (source, ref, io) => withClient(source, io, (arm) => arm.getAlert(ref)),
    secretExpiry: ({ credential, cloud }, io) => readSecretExpiry(credential, entraCall(cloud, io)),
    samples: (source, io) => withClient(source, io, createSamples),
    rules: (source, io) => withClient(source, io, listForwardingRules),
    webhook: {
      read: readWebhook,
      sources: sourcesOf,
      knows: (source, { location }, io) =>
        withClient(source, io, async (arm) => (await listLocations(arm)).includes(location)),
    },
    signIn: entraSignIn(resourceManager),
  },
};
