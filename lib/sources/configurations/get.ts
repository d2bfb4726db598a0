import { X509Certificate } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { listSkippedAlerts } from "#db/queries/sources/configuration-health.ts";
import { type ConfigurationRow, countRecent } from "#db/queries/sources/configurations.ts";
import { listAccountsFor } from "#db/queries/sources/accounts.ts";
import { listWebhookCoverage, listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import { getLastPipeTest } from "#db/queries/ingest/pipe-tests.ts";
import { listMembers } from "#db/queries/identity/people.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import { isPipeTestRunning } from "#lib/domain/pipe-test.ts";
import { visibleText } from "#lib/domain/text.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { formFields } from "#lib/schemas/common-fields.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import type { VendorManifest } from "#lib/vendors/manifest.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { nextCertificateOf, thumbprintOf } from "../certificates/open.ts";
import { accountView } from "../accounts/list.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { shownCloud, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { authLabelOf } from "./auth-label.ts";
import { lacksExpiry, secretAcceptedAt } from "./expiry.ts";
import { samplesBlock } from "./samples-block.ts";
import { rightsIn, scopeNameOf } from "./facts.ts";
import { healthOf } from "./health.ts";
import { coverageSince, webhookCoverageOf, webhookProblems } from "./webhook-health.ts";

/** how many characters of a skipped alert's body the page shows */
const bodyShown = 4_000;

/** Returns everything that the page of one configuration shows. Contains no secret. Throws ServiceError `not_found`. */
// long: the values the page shows, one field a line
export async function getVendorConfiguration(ctx: Context, rawId: unknown) {
  authorise(ctx, "settings.manage");
  const id = z.uuid().safeParse(rawId);
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const all = await listAccess(ctx, tx);
    const found = all.find(({ configuration }) => configuration.id === id.data);
    if (!found)
      throw new ServiceError(
        "not_found",
        "This configuration isn't in your organisation, or it was deleted.",
      );
    const { configuration, credential, dueAt } = found;
    const vendor = vendorOf(ctx.services, configuration);
    const cloud = shownCloud(ctx.services, configuration);
    const words = wordsFor(ctx.services, configuration);
    const members = await listMembers(tx, organisationId);
    const recent = await countRecent(tx, organisationId, new Date(now.getTime() - 86_400_000));
    // an admin may be someone the vendor doesn't show alerts to
    const skipped = found.readable ? await listSkippedAlerts(tx, organisationId, configuration.id) : [];
    const people = await listAccountsFor(tx, organisationId, configuration.id);
    const webhookHealth = await listWebhookHealth(tx, organisationId);
    const problems = await webhookProblems(
      ctx.services,
      tx,
      organisationId,
      [configuration],
      webhookHealth,
      now,
    );
    const since = coverageSince(now);
    const coverage = await listWebhookCoverage(tx, organisationId, since);
    const test = await getLastPipeTest(tx, organisationId, configuration.id);
    const { facts } = configuration;
    return {
      id: configuration.id,
      displayName: configuration.displayName,
      vendorLabel: vendor.manifest.label,
      words,
      fields: formFields(vendor.manifest),
      scopeId: configuration.scopeId,
      scopeName: found.readable ? (scopeNameOf(configuration) ?? "") : "",
      plans: plansOf(vendor.manifest, found),
      rights: rightsOf(configuration, words),
      rightsAsOf:
        configuration.writeAs === "application" && typeof facts.rightsAsOf === "string"
          ? facts.rightsAsOf
          : null,
      verifiedAt: configuration.verifiedAt?.toISOString() ?? null,
      environment: configuration.environment,
      notifyAbout: configuration.notifyAbout,
      pollIntervalSeconds: configuration.pollIntervalSeconds,
      health: healthOf(configuration, now, problems.get(configuration.id)),
      coverage: webhookCoverageOf(configuration, webhookHealth, coverage, since, words),
      samples: {
        /** why the vendor can't be asked for samples now; null if it can */
        block: samplesBlock(ctx.services, found),
        steps: vendor.manifest.sampleSteps,
        /** the part of the guide about samples; null if the guide has none */
        guide: guideOf(vendor),
        url: vendor.links.alerts?.(cloud) ?? null,
      },
      lastPipeTest: pipeTestView(test, now),
      lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
      nextSyncAt: configuration.disabledAt ? null : (dueAt?.toISOString() ?? null),
      authLabel: authLabelOf(ctx.services, configuration),
      readAs: configuration.readAs,
      writeAs: configuration.writeAs,
      cloudLabel: cloud.label,
      readable: found.readable,
      /** a sentence that says why the person can't change alerts of this configuration now; null if they can */
      writeBlock: found.writeBlock,
      alerts24h: found.readable ? (recent.get(configuration.id) ?? 0) : null,
      people: people.map(({ name, account }) => ({
        id: account.userId,
        name,
        ...accountView(account),
      })),
      credential: {
        kind: credential.kind,
        thumbprint: credential.certificate ? thumbprintOf(new X509Certificate(credential.certificate)) : null,
        id: credential.id,
        application: labelled(vendor.manifest, credential.application),
        secretHint: credential.secretHint,
        secretSetAt: credential.secretSetAt.toISOString(),
        secretSetBy:
          members.find(({ userId }) => userId === credential.secretSetBy)?.displayName ?? "a former member",
        secretExpiresOn: credential.secretExpiresOn,
        expiry: expiryOf(credential.secretExpiresOn, now, secretAcceptedAt(configuration, credential)),
        lacksExpiry: lacksExpiry(ctx.services, configuration, credential),
        secretPage: vendor.manifest.secretPage ?? null,
        secretsUrl: vendor.links.secrets?.(credential.application, cloud) ?? null,
        next: await nextCertificateOf(ctx, tx, credential.id),
        usedBy: all
          .filter((other) => other.credential.id === credential.id)
          .map((other) => other.configuration.displayName),
      },
      skipped: skipped.map((alert) => ({
        reason: alert.reason,
        body: visibleText(gunzipSync(alert.body).toString("utf8").slice(0, bodyShown)),
        firstSeenAt: alert.firstSeenAt.toISOString(),
        lastSeenAt: alert.lastSeenAt.toISOString(),
      })),
      now: now.toISOString(),
    };
  });
}

const pipeTestView = (test: Awaited<ReturnType<typeof getLastPipeTest>>, now: Date) =>
  test
    ? {
        id: test.id,
        startedAt: test.startedAt.toISOString(),
        startedBy: test.startedBy,
        /** whether somebody may still follow it, also after a reload */
        isRunning: isPipeTestRunning(test, now),
        cleared: test.clearedAt !== null,
      }
    : null;

/** Returns the address of the part of a vendor's guide that is about samples, or null if there is none. */
function guideOf({ manifest, document }: Vendor): string | null {
  const parts = document?.sections.flatMap((section) => [section, ...(section.parts ?? [])]) ?? [];
  return parts.some(({ id }) => id === "testing") ? `/docs/${manifest.id}#testing` : null;
}

/**
 * Returns the vendor's protection plans that are on, and the label of the plans. Returns null if the vendor has no
 * plans.
 */
function plansOf({ plans: label }: VendorManifest, { configuration, readable }: ConfigurationAccess) {
  if (!label) return null;
  const { plans } = configuration.facts;
  return { label, on: readable && Array.isArray(plans) ? plans.map(String) : null };
}

export type ConfigurationDetail = Awaited<ReturnType<typeof getVendorConfiguration>>;

/** Returns the values that identify an application at its authority. Each value has the label that the form shows. */
const labelled = ({ fields }: VendorManifest, application: Readonly<Record<string, string>>) =>
  fields.flatMap(({ id, of, label }) => {
    const value = of === "application" ? application[id] : undefined;
    return value === undefined ? [] : [{ label, value }];
  });

/** Returns a sentence on who may change alerts. Returns null before the first check. */
function rightsOf(configuration: ConfigurationRow, words: Words): string | null {
  if (configuration.writeAs === "person") return `Each person's own ${words.account} decides.`;
  const rights = rightsIn(configuration);
  if (!rights) return null;
  const values = Object.values(rights);
  if (values.every((right) => right !== "no")) return "The application may change the status of alerts.";
  return `The application may only read alerts. To change their status, assign ${words.writeRole} on the ${words.scope}.`;
}
