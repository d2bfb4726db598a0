import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDatabaseRole } from "#db/check-role.ts";
import { inOrganisation, takeChanges } from "#db/client.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { openAlarm } from "#db/queries/alerting/alarms.ts";
import { openPersonalDigests } from "#db/queries/alerting/digests.ts";
import { insertGroups } from "#db/queries/alerting/groups.ts";
import { putPreferences } from "#db/queries/alerting/preferences.ts";
import { putPolicy } from "#db/queries/alerting/policy.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { setSessionDevice } from "#db/queries/identity/sessions.ts";
import { insertOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { deliveries, devices, pipeTests, webhookHealth } from "#db/schema/index.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { paperForm } from "./paper-vendor/form.ts";
import { startPaperStack } from "./paper-vendor/stack.ts";
import { development, formValues, production, tenantId } from "./stack.ts";
import { answered, connect, people, sessionOf } from "./sign-in.ts";
import { readEvents } from "./event-stream.ts";
import { routingTables } from "./routing-tables.ts";
import { all, feed, makeDue, save, signal } from "./steps.ts";
import { exportAudit } from "#lib/core/audit/export.ts";
import { abandonRun } from "#lib/sources/configurations/abandon.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { getExpiryCalendar } from "#lib/sources/configurations/calendar.ts";
import {
  editConfiguration,
  requestSync,
  setConfigurationDisabled,
} from "#lib/sources/configurations/change.ts";
import { downloadCertificate, getPrepared, prepareCertificate } from "#lib/sources/certificates/prepare.ts";
import { listVendorAlerts } from "#lib/sources/configurations/vendor-alerts.ts";
import { takeAnswer } from "#lib/sources/accounts/answer.ts";
import { beginSignIn, beginSavingSignIn } from "#lib/sources/accounts/begin.ts";
import { finishSignIn } from "#lib/sources/accounts/finish.ts";
import {
  disconnect,
  forgetSignIn,
  getOwnSignIn,
  getPendingDraft,
  listOwnAccounts,
} from "#lib/sources/accounts/list.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { listSharedCredentials, listVendorConfigurations } from "#lib/sources/configurations/list.ts";
import { replaceSecret } from "#lib/sources/configurations/replace-secret.ts";
import { listVisibleConfigurations } from "#lib/sources/configurations/list-visible.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { syncConfiguration } from "#lib/sources/configurations/sync.ts";
import type { Context } from "#lib/core/context.ts";
import { getKeyStanding } from "#lib/alerting/keys.ts";
import { getSessionTime } from "#lib/identity/sessions/time.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDelivery } from "#lib/ingest/deliveries/get.ts";
import { listDeliveries } from "#lib/ingest/deliveries/list.ts";
import { replayDelivery } from "#lib/ingest/deliveries/replay.ts";
import { acknowledgeNotified } from "#lib/alerting/delivery/acknowledge-from-notification.ts";
import { receiptOf } from "#lib/alerting/delivery/receipt.ts";
import { currentVapidKey, ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { ownerOf } from "#lib/alerting/devices/owner.ts";
import { getReachability } from "#lib/alerting/devices/reachability.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { renameDevice } from "#lib/alerting/devices/rename.ts";
import { reportDevice } from "#lib/alerting/devices/report-permission.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { testDevice } from "#lib/alerting/devices/send-test.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { getWebPushSetup } from "#lib/alerting/devices/web-push-setup.ts";
import { getOwnPreferences, getOwnShift } from "#lib/alerting/preferences/get-own.ts";
import { getNotificationPolicy } from "#lib/alerting/preferences/get-policy.ts";
import { reportTimeZone } from "#lib/alerting/preferences/report-time-zone.ts";
import { setOwnPreferences, setOwnShift } from "#lib/alerting/preferences/set-own.ts";
import { setNotificationPolicy } from "#lib/alerting/preferences/set-policy.ts";
import { changeOutgoingWebhook } from "#lib/alerting/webhook/change.ts";
import { createOutgoingWebhook } from "#lib/alerting/webhook/create.ts";
import { getOutgoingWebhook } from "#lib/alerting/webhook/get.ts";
import { listOutgoingDeliveries } from "#lib/alerting/webhook/list-deliveries.ts";
import { rotateOutgoingSecret } from "#lib/alerting/webhook/rotate-secret.ts";
import { sendOutgoingAgain } from "#lib/alerting/webhook/send-again.ts";
import { testOutgoingWebhook } from "#lib/alerting/webhook/send-test.ts";
import { getDetection } from "#lib/triage/get.ts";
import { listDetections } from "#lib/triage/list.ts";
import { getFeedSummary, getTriageCount } from "#lib/triage/summary.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { sendStatusChange } from "#lib/triage/send-status.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { giveUpChanges } from "#lib/triage/give-up.ts";
import { releaseDetections } from "#lib/triage/release.ts";
import { commentOnDetection } from "#lib/triage/comment.ts";
import { exportDetections } from "#lib/triage/export.ts";
import { setReference } from "#lib/triage/reference.ts";
import { takeOverDetections } from "#lib/triage/take-over.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { openHub } from "#lib/triage/stream/hub.ts";
import { openStream } from "#lib/triage/stream/open.ts";
import { clearPipeTest } from "#lib/triage/clear-samples.ts";
import { runPipeTest } from "#lib/ingest/pipe-tests/run.ts";
import { stopPipeTest } from "#lib/ingest/pipe-tests/stop.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { getCurrentPerson, switchOrganisation } from "#lib/identity/sessions/current.ts";
import { createBreakGlassLink } from "#lib/identity/sessions/login-link.ts";
import { openSession, signIn } from "#lib/identity/sessions/sign-in.ts";
import { listGuideValues } from "#lib/sources/guides/list-values.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { findToken } from "#lib/identity/api-tokens/find.ts";
import { listOrganisationTokens, listTokens } from "#lib/identity/api-tokens/list.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";
import {
  admitMember,
  changeRole,
  declineRequest,
  listTeam,
  removeMember,
} from "#lib/identity/team/members.ts";
import {
  revokeWebhookToken,
  rotateWebhookToken,
  showWebhookUrl,
} from "#lib/ingest/webhook-urls/change-token.ts";
import { getWebhookUrls } from "#lib/ingest/webhook-urls/get-urls.ts";

type Side = {
  ctx: Context;
  organisationId: string;
  configurationId: string;
  credentialId: string;
  detectionId: string;
  changeId: string;
  /** a configuration that sends its status changes with people's own accounts */
  personalId: string;
  /** a configuration of the paper vendor, for a scope that both organisations read */
  paperId: string;
  /** a detection of the paper vendor's configuration */
  paperDetectionId: string;
  /** a sign-in that isn't finished */
  signInId: string;
  /** a certificate that is prepared and not in use yet */
  certificateId: string;
  tokenId: string;
  webhookTokenId: string;
  deliveryId: string;
  pipeTestId: string;
  deviceId: string;
  notificationId: string;
  /** a failed event that was to be posted to the outgoing webhook */
  outgoingId: string;
};

let stack: Awaited<ReturnType<typeof startPaperStack>>;
let owner: postgres.Sql;
let app: postgres.Sql;
let a: Side;
let b: Side;
/** the tables with rows of organisations, and for each table the column that contains the organisation's id */
let tables: { name: string; column: string }[];

beforeAll(async () => {
  stack = await startPaperStack();
  stack.service.ledger.put({ drawer: paperForm.drawer, number: "S-1", headline: "One slip for both" });
  stack.services.undoWindowMs = 3_600_000;
  const alert = { id: `/subscriptions/${production}/nonsense` };
  await stack.control("POST", "/alerts", { subscriptionId: production, count: 1, alert });
  a = await fill(await stack.asMember("admin"));
  b = await fill(await stack.asMember("admin"));
  // both organisations have the same directory, so this person waits in both
  await signIn(
    stack.services,
    {
      directoryId: tenantId,
      objectId: newId(),
      signInName: "newcomer@contoso.example",
      displayName: "Newcomer",
    },
    { userAgent: "test", firstAdminToken: null },
  );
  await createBreakGlassLink(stack.services, tenantId, null);
  owner = postgres(stack.database.ownerUrl, { max: 1, onnotice: () => {} });
  app = postgres(stack.database.appUrl, { max: 4, onnotice: () => {} });
  const rows = await owner<{ name: string; column: string }[]>`
    select c.relname as name, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = case c.relname when 'organisations' then 'id' else 'organisation_id' end
      and c.relname <> all (${[...routingTables]})
    order by 1`;
  tables = [...rows];
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await app.end({ timeout: 5 });
  await stack.stop();
});

/** Adds an organisation's row to every table, and returns the rows' ids. */
async function fill(ctx: Context): Promise<Side> {
  const { organisationId } = ctx.actor;
  const configurationId = await save(ctx, { ...formValues, secretExpiresOn: "2031-01-01" });
  const old = { ...formValues, displayName: "Old", subscriptionIds: development };
  const oldId = await save(ctx, old);
  const subscriptionIds = "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03";
  const ownAccounts = { ...formValues, displayName: "Own accounts", writeAs: "person", subscriptionIds };
  const personalId = await save(ctx, ownAccounts);
  const pollDue = async () => {
    for (const lease of await leasePolls(stack.services, 3))
      await pollConfiguration(stack.services, lease, signal);
  };
  await pollDue();
  await stack.rest();
  const paperId = await save(ctx, paperForm);
  await pollDue();
  await deleteConfiguration(ctx, oldId, confirmationWord);
  await deleteConfigurationRowsOf(stack.services, { organisationId, configurationId: oldId }, signal);
  await abandonRun(ctx, newId());
  const { id: certificateId } = await prepareCertificate(ctx, {});
  expect(await connect(ctx, personalId, people.ana)).toMatchObject({ type: "connected" });
  const { url } = await beginSignIn(ctx, personalId, sessionOf(ctx), "/detections");
  const signInId = await answered(ctx, url, people.ana);
  const configuration = (await listVendorConfigurations(ctx)).find(({ id }) => id === configurationId);
  const item = (await feed(ctx, { status: "active", configuration: configurationId })).items[0];
  if (!configuration || !item) throw new Error("nothing was read");
  const [change] = await setDetectionStatus(ctx, {
    items: [{ id: item.id, expected: "active" }],
    to: "in_progress",
    note: "looking",
  });
  if (change?.outcome !== "held") throw new Error("the change isn't pending");
  const paperItem = (await feed(ctx, { configuration: paperId })).items[0];
  if (!paperItem) throw new Error("nothing was read of the paper vendor");
  const token = await createToken(ctx, { name: "A script", scopes: ["read"], expiresInDays: 7 });
  const webhookTokenId = (await getWebhookUrls(ctx))[0]?.tokens[0]?.id ?? "";
  const webhookIds = await fillWebhookTables(ctx, configurationId, item.id, webhookTokenId);
  return {
    ctx,
    organisationId,
    configurationId,
    credentialId: configuration.credentialId,
    detectionId: item.id,
    changeId: change.changeId,
    personalId,
    paperId,
    paperDetectionId: paperItem.id,
    signInId,
    certificateId,
    tokenId: token.id,
    webhookTokenId,
    ...webhookIds,
  };
}

const outgoing = { address: "https://hooks.contoso.com/in", severities: ["high"], isOn: true };

/** Adds an organisation's row to each table of deliveries, notifications and outgoing events. */
// long: one row for each table
async function fillWebhookTables(
  ctx: Context,
  configurationId: string,
  detectionId: string,
  tokenId: string,
) {
  const { organisationId } = ctx.actor;
  await ensureVapidKey(stack.services);
  const vapidKeyId = (await currentVapidKey(stack.services))?.id ?? "";
  const at = new Date();
  const ids = {
    deliveryId: newId(),
    pipeTestId: newId(),
    deviceId: newId(),
    notificationId: newId(),
    outgoingId: newId(),
  };
  await createOutgoingWebhook(ctx, outgoing);
  await inOrganisation(stack.services.db, organisationId, async (tx) => {
    await tx.insert(deliveries).values({
      organisationId,
      id: ids.deliveryId,
      webhook: "azure-logic-app",
      tokenId,
      receivedAt: at,
      mergedAt: at,
      sizeBytes: 2,
      headers: {},
      body: Buffer.from("{}"),
      schema: "unknown",
      outcome: "unrecognised",
      detectionIds: [],
    });
    await tx.insert(devices).values({
      organisationId,
      id: ids.deviceId,
      userId: ownerOf(ctx.actor).userId,
      name: "Phone",
      platform: "ios",
      endpointHash: Buffer.from(ids.deviceId),
      pushSubscriptionSealed: Buffer.from("sealed"),
      vapidKeyId,
      createdAt: at,
      lastSeenAt: at,
    });
    await putPolicy(tx, organisationId, defaultPolicy);
    const preferences = {
      ...defaultPreferences,
      shift: { kind: "always", timeZone: null },
      offSince: null,
    } as const;
    await putPreferences(tx, organisationId, ownerOf(ctx.actor).userId, preferences, at);
    const { userId } = ownerOf(ctx.actor);
    await openPersonalDigests(tx, organisationId, "off_hours", [userId], newId, at);
    await openAlarm(tx, organisationId, {
      id: newId(),
      kind: "health",
      configurationId,
      stage: "degraded",
      title: "",
      body: "",
      createdAt: at,
    });
    await insertGroups(tx, organisationId, [
      { detectionId, reason: "raised", intoDetectionId: detectionId, intoReason: "raised", at },
    ]);
    await insertNotifications(tx, organisationId, [
      {
        id: ids.notificationId,
        detectionId: null,
        userId: ownerOf(ctx.actor).userId,
        deviceId: ids.deviceId,
        reason: "test",
        state: "queued",
        groupedInto: null,
        queuedAt: at,
      },
    ]);
    await insertOutgoing(tx, {
      organisationId,
      id: ids.outgoingId,
      type: "test",
      subjectId: ids.outgoingId,
      state: "failed",
      createdAt: at,
    });
    await tx.insert(webhookHealth).values({ organisationId, configurationId, lastAlertAt: at });
    await tx
      .insert(pipeTests)
      .values({ organisationId, id: ids.pipeTestId, configurationId, startedAt: at, startedBy: "A test" });
  });
  return ids;
}

/**
 * Counts the rows of each table that `client` sees when it acts for `organisationId`; null means for no organisation. With
 * `of`, only that organisation's rows are counted.
 */
async function visible(client: postgres.Sql, organisationId: string | null, of?: string) {
  return client.begin(async (tx) => {
    if (organisationId) await tx`select set_config('app.organisation_id', ${organisationId}, true)`;
    const counts: Record<string, number> = {};
    for (const { name, column } of tables) {
      const [row] = await tx<{ count: number }[]>`
        select count(*)::int as count from ${tx(name)} where ${of ?? null}::uuid is null or ${tx(column)} = ${of ?? null}::uuid`;
      counts[name] = row?.count ?? -1;
    }
    return counts;
  });
}
const none = () => Object.fromEntries(tables.map(({ name }) => [name, 0]));

/** Runs `work` as an organisation. Returns the number of affected rows, or the code of PostgreSQL's error. */
async function attempt(
  organisationId: string | null,
  work: (tx: postgres.TransactionSql) => Promise<{ count: number }>,
): Promise<string | number> {
  try {
    return await app.begin(async (tx) => {
      if (organisationId) await tx`select set_config('app.organisation_id', ${organisationId}, true)`;
      return (await work(tx)).count;
    });
  } catch (error) {
    return error instanceof postgres.PostgresError ? error.code : String(error);
  }
}

describe("row-level security", () => {
  // with all privileges granted, only row-level security can refuse
  beforeAll(
    () => owner`grant select, insert, update, delete on all tables in schema public to pocketsoc_app`,
  );
  afterAll(() => migrateDatabase(stack.database.ownerUrl));

  it("is forced on every table except the routing tables", async () => {
    const rows = await owner<{ name: string; secured: boolean }[]>`
      select relname as name, relrowsecurity and relforcerowsecurity as secured
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`;
    const open = rows.filter((row) => !row.secured).map((row) => row.name);
    expect(open).toEqual([...routingTables].toSorted());
    expect(rows.filter((row) => row.secured).map((row) => row.name)).toEqual(tables.map(({ name }) => name));
    expect(tables.length).toBeGreaterThan(10);
  });

  it("has only the organisation's policy for the portal's role", async () => {
    const policies = await owner<{ name: string; policy: string; roles: string; bound: boolean }[]>`
      select tablename as name, policyname as policy, array_to_string(roles, ',') as roles,
        qual like '%app.organisation_id%' and with_check like '%app.organisation_id%' as bound
      from pg_policies where schemaname = 'public' and not ('pocketsoc_owner' = any (roles)) order by 1`;
    expect(policies.map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
    expect(policies.filter(({ roles, bound }) => roles !== "public" || !bound)).toEqual([]);
  });

  it("can't be bypassed by the portal's role", async () => {
    expect((await checkDatabaseRole(stack.database.appUrl)).problems).toEqual([]);
    expect((await checkDatabaseRole(stack.database.ownerUrl)).problems).not.toEqual([]);
  });

  it("hides every row while no organisation is set", async () => {
    expect(await visible(app, null)).toEqual(none());
  });

  it("shows an organisation all of its own rows and none of another's", async () => {
    const ofA = await visible(owner, null, a.organisationId);
    expect(Object.entries(ofA).filter(([, count]) => count === 0)).toEqual([]);
    expect(await visible(app, a.organisationId)).toEqual(ofA);
    expect(await visible(app, a.organisationId, b.organisationId)).toEqual(none());
    expect(await visible(app, newId())).toEqual(none());
  });

  it("refuses to insert rows for another organisation, or without one", async () => {
    const before = await visible(owner, null);
    for (const { name, column } of tables) {
      const [theirs] = await owner<{ row: postgres.JSONValue }[]>`
        select to_jsonb(t) as row from ${owner(name)} t where ${owner(column)} = ${b.organisationId} limit 1`;
      if (!theirs) throw new Error(`no row in ${name}`);
      const columns = await owner<{ column: string }[]>`
        select attname as column from pg_attribute
        where attrelid = ${name}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
      const copy = (tx: postgres.TransactionSql) => {
        const list = tx(columns.map(({ column }) => column));
        return tx`insert into ${tx(name)} (${list})
          select ${list} from jsonb_populate_record(null::${tx(name)}, ${tx.json(theirs.row)})`;
      };
      expect([name, await attempt(a.organisationId, copy)]).toEqual([name, "42501"]);
      expect([name, await attempt(null, copy)]).toEqual([name, "42501"]);
    }
    expect(await visible(owner, null)).toEqual(before);
  });

  it("refuses to change, delete or move another organisation's rows", async () => {
    const before = await visible(owner, null, b.organisationId);
    for (const { name, column } of tables) {
      const touched = await attempt(
        a.organisationId,
        (tx) =>
          tx`update ${tx(name)} set ${tx(column)} = ${tx(column)} where ${tx(column)} = ${b.organisationId}`,
      );
      const removed = await attempt(
        a.organisationId,
        (tx) => tx`delete from ${tx(name)} where ${tx(column)} = ${b.organisationId}`,
      );
      const handedOver = await attempt(
        a.organisationId,
        (tx) => tx`update ${tx(name)} set ${tx(column)} = ${b.organisationId}`,
      );
      expect([name, touched, removed, handedOver]).toEqual([name, 0, 0, "42501"]);
    }
    expect(await visible(owner, null, b.organisationId)).toEqual(before);
  });

  it("applies inside functions too", async () => {
    const search = (tx: postgres.Sql | postgres.TransactionSql) => tx<{ id: string }[]>`
      select id from find_detections('{"field":"text","has":"a"}', null, 'newest', null, null, null, 1000)`;
    expect(await search(app)).toHaveLength(0);
    const found = await app.begin(async (tx) => {
      await tx`select set_config('app.organisation_id', ${a.organisationId}, true)`;
      return search(tx);
    });
    const own = await owner<
      { id: string }[]
    >`select id from detections where organisation_id = ${a.organisationId}`;
    expect(found.length).toBeGreaterThan(0);
    expect(own.map(({ id }) => id)).toEqual(expect.arrayContaining(found.map(({ id }) => id)));
    await expect(
      inOrganisation(stack.services.db, a.organisationId, (tx) => takeChanges(tx, b.organisationId, 1)),
    ).rejects.toThrow("no change sequence");
  });

  it("isn't carried over by connections that return to the pool", async () => {
    const failures: string[] = [];
    const counts = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const side = index % 2 ? a : b;
        if (index % 4 < 2) {
          const [row] = await inOrganisation(stack.services.db, side.organisationId, (tx) =>
            tx.execute<{ others: number }>(
              `select count(*)::int as others from detections where organisation_id <> '${side.organisationId}'`,
            ),
          );
          return row?.others;
        }
        if (index % 4 === 2) {
          // failed work also returns its connection clean
          const failing = inOrganisation(stack.services.db, side.organisationId, (tx) =>
            tx.execute("select 1 / 0"),
          );
          failures.push(await code(failing));
        }
        const [row] = await stack.services.db.execute<{ any: number }>(
          "select count(*)::int as any from detections",
        );
        return row?.any;
      }),
    );
    expect(new Set(counts)).toEqual(new Set([0]));
    expect(failures).toHaveLength(50);
    for (const failure of failures) expect(failure).toContain("select 1 / 0");
  });
});

describe("what two organisations read of one scope", () => {
  it("is a detection for each, and neither sees or changes the other's", async () => {
    const asked = { to: "resolved", note: "Looked at it." };
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(await getDetection(own.ctx, own.paperDetectionId)).toMatchObject({ title: "One slip for both" });
      expect(await code(getDetection(own.ctx, other.paperDetectionId))).toBe("not_found");
      expect((await feed(own.ctx, { q: "One slip" })).items.map(({ id }) => id)).toEqual([
        own.paperDetectionId,
      ]);
      const items = [{ id: other.paperDetectionId, expected: "active" }];
      expect(await setDetectionStatus(own.ctx, { items, ...asked })).toMatchObject([{ code: "not_found" }]);
      expect(await code(listVendorAlerts(own.ctx, other.paperId, null, signal))).toBe("not_found");
    }
    expect(a.paperDetectionId).not.toBe(b.paperDetectionId);
  });
});

const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    return `gave ${JSON.stringify(await work)}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
};
/** Every operation of the storeys: a call by organisation A with B's ids, and the answer that A must get. */
const verbs: Record<string, { ask: () => Promise<unknown>; answer: unknown }> = {
  getDetection: { ask: () => code(getDetection(a.ctx, b.detectionId)), answer: "not_found" },
  listDetections: {
    ask: async () => [
      (await feed(a.ctx, { id: b.detectionId })).items,
      (await feed(a.ctx, { configuration: b.configurationId })).items,
      Object.keys((await feed(a.ctx)).counts.configuration),
      (await feed(a.ctx)).configurations.map(({ id }) => id),
    ],
    answer: () => [
      [],
      [],
      expect.toSatisfy(
        (ids: string[]) =>
          ids.toSorted().join() === [a.configurationId, a.personalId, a.paperId].toSorted().join(),
      ),
      [a.configurationId, a.personalId, a.paperId],
    ],
  },
  setDetectionStatus: {
    ask: () =>
      setDetectionStatus(a.ctx, {
        items: [{ id: b.detectionId, expected: "active" }],
        to: "resolved",
        note: "Looked at it.",
      }),
    answer: [expect.objectContaining({ outcome: "refused", code: "not_found" })],
  },
  undoStatusChanges: {
    ask: () => undoStatusChanges(a.ctx, [b.changeId]),
    answer: [expect.objectContaining({ undone: false })],
  },
  takeOverDetections: {
    ask: () => takeOverDetections(a.ctx, [{ id: b.detectionId, from: null }]),
    answer: [expect.objectContaining({ outcome: "refused", code: "not_found" })],
  },
  releaseDetections: {
    ask: () => releaseDetections(a.ctx, [b.detectionId]),
    answer: [expect.objectContaining({ outcome: "refused", code: "not_found" })],
  },
  commentOnDetection: {
    ask: () => code(commentOnDetection(a.ctx, { id: b.detectionId, text: "Mine." })),
    answer: "not_found",
  },
  setReference: {
    ask: () => code(setReference(a.ctx, { id: b.detectionId, reference: "INC1" })),
    answer: "not_found",
  },
  exportDetections: {
    ask: async () => {
      const query = FeedQuery.parse({ view: "all", range: "all" });
      const text = (await all(exportDetections(a.ctx, query, "ndjson"))).join("");
      return { own: text.includes(a.detectionId), theirs: text.includes(b.detectionId) };
    },
    answer: { own: true, theirs: false },
  },
  giveUpChanges: {
    ask: () => giveUpChanges(a.ctx, [b.detectionId]),
    answer: [expect.objectContaining({ outcome: "not_found" })],
  },
  acknowledgeDetections: {
    ask: () => acknowledgeDetections(a.ctx, [b.detectionId]),
    answer: [expect.objectContaining({ outcome: "not_found", by: null })],
  },
  saveConfiguration: {
    ask: () =>
      code(
        all(
          saveConfiguration(
            a.ctx,
            { ...formValues, subscriptionIds: newId(), credentialId: b.credentialId },
            { saveAsDisabled: true, signal },
          ),
        ),
      ),
    answer: "not_found",
  },
  abandonRun: { ask: () => abandonRun(a.ctx, sharedRunId), answer: undefined },
  getVendorConfiguration: {
    ask: () => code(getVendorConfiguration(a.ctx, b.configurationId)),
    answer: "not_found",
  },
  checkConfiguration: {
    ask: () => code(all(checkConfiguration(a.ctx, b.configurationId, signal))),
    answer: "not_found",
  },
  replaceSecret: {
    ask: () => code(all(replaceSecret(a.ctx, b.credentialId, { secret: "another-secret" }, signal))),
    answer: "not_found",
  },
  getExpiryCalendar: { ask: () => code(getExpiryCalendar(a.ctx, b.credentialId)), answer: "not_found" },
  requestSync: { ask: () => requestSync(a.ctx, [b.configurationId]), answer: { asked: 0 } },
  setConfigurationDisabled: {
    ask: () => code(setConfigurationDisabled(a.ctx, b.configurationId, true)),
    answer: "not_found",
  },
  editConfiguration: {
    ask: () =>
      code(editConfiguration(a.ctx, b.configurationId, { displayName: "Mine", pollIntervalSeconds: 60 })),
    answer: "not_found",
  },
  deleteConfiguration: {
    ask: () => code(deleteConfiguration(a.ctx, b.configurationId, confirmationWord)),
    answer: "not_found",
  },
  listVendorConfigurations: {
    ask: async () => (await listVendorConfigurations(a.ctx)).map(({ id }) => id),
    answer: () => [a.configurationId, a.personalId, a.paperId],
  },
  listSharedCredentials: {
    ask: async () => (await listSharedCredentials(a.ctx)).map(({ id }) => id).includes(b.credentialId),
    answer: false,
  },
  prepareCertificate: {
    ask: () => code(prepareCertificate(a.ctx, { credentialId: b.credentialId })),
    answer: "not_found",
  },
  getPrepared: { ask: async () => (await getPrepared(a.ctx))?.id === b.certificateId, answer: false },
  downloadCertificate: {
    ask: () => code(downloadCertificate(a.ctx, b.certificateId)),
    answer: "not_found",
  },
  listVendorAlerts: {
    ask: () => code(listVendorAlerts(a.ctx, b.configurationId, null, signal)),
    answer: "not_found",
  },
  beginSignIn: {
    ask: () => code(beginSignIn(a.ctx, b.personalId, sessionOf(b.ctx), "/detections")),
    answer: "not_found",
  },
  beginSavingSignIn: {
    ask: async () => {
      const input = {
        vendor: formValues.vendor,
        cloud: "nowhere",
        application: { tenantId, applicationId: newId() },
      };
      return code(beginSavingSignIn(a.ctx, input as never, sessionOf(a.ctx)));
    },
    answer: "invalid",
  },
  takeAnswer: {
    ask: async () => {
      // refused, because the configuration isn't delegated
      const { url } = await beginSignIn(b.ctx, b.configurationId, sessionOf(b.ctx), "/").catch(() => ({
        url: "",
      }));
      expect(url).toBe("");
      return takeAnswer(a.ctx, { state: "A".repeat(43), code: "theirs" }, sessionOf(b.ctx));
    },
    answer: { notTaken: "unknown" },
  },
  finishSignIn: {
    ask: () => code(all(finishSignIn(a.ctx, b.signInId, signal))),
    answer: "not_found",
  },
  listOwnAccounts: {
    ask: async () => (await listOwnAccounts(a.ctx)).configurations.map(({ id }) => id),
    answer: () => [a.personalId],
  },
  getPendingDraft: { ask: () => getPendingDraft(a.ctx), answer: null },
  getOwnSignIn: { ask: () => code(getOwnSignIn(a.ctx, b.signInId)), answer: "not_found" },
  forgetSignIn: { ask: () => forgetSignIn(a.ctx, b.signInId), answer: undefined },
  disconnect: { ask: () => code(disconnect(a.ctx, b.personalId)), answer: "not_found" },
  listTeam: {
    ask: async () => (await listTeam(a.ctx)).members.map(({ userId }) => userId),
    answer: () => [memberOf(a)],
  },
  admitMember: {
    ask: () => code(admitMember(a.ctx, { userId: memberOf(b), role: "admin" })),
    answer: "not_found",
  },
  changeRole: {
    ask: () => code(changeRole(a.ctx, { userId: memberOf(b), role: "viewer" })),
    answer: "not_found",
  },
  removeMember: { ask: () => code(removeMember(a.ctx, { userId: memberOf(b) })), answer: "not_found" },
  declineRequest: { ask: () => code(declineRequest(a.ctx, { userId: memberOf(b) })), answer: "not_found" },
  listAudit: {
    ask: async () => {
      const { entries } = await listAudit(a.ctx, {});
      const theirs = [b.configurationId, b.detectionId, b.organisationId];
      return {
        some: entries.length > 0,
        theirs: entries.filter((entry) => theirs.includes(entry.subjectId)),
      };
    },
    answer: { some: true, theirs: [] },
  },
  createToken: {
    ask: async () => {
      const asked = { name: "Mine", scopes: ["read"], expiresInDays: 1, organisationId: b.organisationId };
      return (await findToken(stack.services, (await createToken(a.ctx, asked)).text))?.organisationId;
    },
    answer: () => a.organisationId,
  },
  listTokens: {
    ask: async () => new Set((await listTokens(a.ctx)).map(({ userId }) => userId)),
    answer: () => new Set([memberOf(a)]),
  },
  listOrganisationTokens: {
    ask: async () => new Set((await listOrganisationTokens(a.ctx)).map(({ userId }) => userId)),
    answer: () => new Set([memberOf(a)]),
  },
  revokeToken: { ask: () => code(revokeToken(a.ctx, b.tokenId)), answer: "not_found" },
  getWebhookUrls: {
    ask: async () =>
      (await getWebhookUrls(a.ctx)).flatMap((url) => [url.deliveries24h, ...url.tokens.map(({ id }) => id)]),
    answer: () => [1, a.webhookTokenId],
  },
  listDeliveries: {
    ask: async () => (await listDeliveries(a.ctx, DeliveryQuery.parse({}), null)).items.map(({ id }) => id),
    answer: () => [a.deliveryId],
  },
  getDelivery: { ask: () => code(getDelivery(a.ctx, b.deliveryId)), answer: "not_found" },
  renameDevice: { ask: () => code(renameDevice(a.ctx, b.deviceId, "Mine")), answer: "not_found" },
  setDeviceActive: { ask: () => code(setDeviceActive(a.ctx, b.deviceId, false)), answer: "not_found" },
  getReachability: {
    ask: async () =>
      (await getReachability(a.ctx)).people.flatMap((person) => [
        person.userId,
        ...person.devices.map(({ id }) => id),
      ]),
    answer: () => [memberOf(a), a.deviceId],
  },
  getNotificationPolicy: { ask: () => getNotificationPolicy(a.ctx), answer: defaultPolicy },
  setNotificationPolicy: {
    ask: () => code(setNotificationPolicy(a.ctx, defaultPolicy)),
    answer: expect.stringContaining("gave"),
  },
  createOutgoingWebhook: { ask: () => code(createOutgoingWebhook(a.ctx, outgoing)), answer: "conflict" },
  getOutgoingWebhook: {
    ask: async () => (await getOutgoingWebhook(a.ctx))?.host,
    answer: "hooks.contoso.com",
  },
  changeOutgoingWebhook: {
    ask: () => code(changeOutgoingWebhook(a.ctx, { ...outgoing, isOn: false })),
    answer: expect.stringContaining("gave"),
  },
  testOutgoingWebhook: { ask: () => code(testOutgoingWebhook(a.ctx)), answer: "conflict" },
  rotateOutgoingSecret: {
    ask: () => code(rotateOutgoingSecret(a.ctx)),
    answer: expect.stringContaining("whsec_"),
  },
  listOutgoingDeliveries: {
    ask: async () => (await listOutgoingDeliveries(a.ctx)).map(({ id }) => id),
    answer: () => [a.outgoingId],
  },
  sendOutgoingAgain: { ask: () => code(sendOutgoingAgain(a.ctx, b.outgoingId)), answer: "not_found" },
  getOwnPreferences: {
    ask: () => getOwnPreferences(a.ctx),
    answer: { ...defaultPreferences, shift: { kind: "always", timeZone: null } },
  },
  getOwnShift: {
    ask: () => getOwnShift(a.ctx),
    answer: { shift: { kind: "always", timeZone: null }, isAsked: false },
  },
  setOwnShift: {
    ask: () => code(setOwnShift(a.ctx, { kind: "always", timeZone: null })),
    answer: expect.stringContaining("gave"),
  },
  reportTimeZone: { ask: () => code(reportTimeZone(a.ctx, "UTC")), answer: expect.stringContaining("gave") },
  setOwnPreferences: {
    ask: () =>
      code(setOwnPreferences(a.ctx, { ...defaultPreferences, shift: { kind: "always", timeZone: null } })),
    answer: expect.stringContaining("gave"),
  },
  removeDevice: { ask: () => code(removeDevice(a.ctx, b.deviceId)), answer: "not_found" },
  testDevice: { ask: () => code(testDevice(a.ctx, b.deviceId)), answer: "not_found" },
  listDevices: {
    ask: async () => (await listDevices(a.ctx)).map(({ id }) => id),
    answer: () => [a.deviceId],
  },
  // VAPID keys belong to the installation
  getWebPushSetup: {
    ask: () => getWebPushSetup(a.ctx),
    answer: expect.objectContaining({ publicKey: null }),
  },
  saveDevice: {
    ask: async () => {
      await ensureVapidKey(stack.services);
      const key = await currentVapidKey(stack.services);
      const input = {
        pushSubscription: {
          endpoint: "https://fcm.googleapis.com/fcm/send/one",
          keys: { p256dh: key?.publicKey ?? "", auth: "AAAAAAAAAAAAAAAAAAAAAA" },
        },
        publicKey: key?.publicKey ?? "",
        userAgent: "",
        hasTouch: false,
      };
      await removeDevice(a.ctx, (await saveDevice(a.ctx, input)).id);
      return (await listDevices(a.ctx)).map(({ id }) => id);
    },
    answer: () => [a.deviceId],
  },
  // the keyring's keys belong to the installation
  getKeyStanding: {
    ask: async () => (await getKeyStanding(a.ctx)).missing,
    answer: [],
  },
  getSessionTime: { ask: () => code(getSessionTime(a.ctx)), answer: "unauthenticated" },
  // no session can name B's device, and nothing changes on it
  reportDevice: {
    ask: async () => {
      const user = { id: memberOf(a), displayName: "Member", signInName: "member@contoso.example" };
      const sessionHash = sha256(await openSession(stack.services, user, a.organisationId, "test"));
      await expect(setSessionDevice(stack.services.db, sessionHash, b.deviceId)).rejects.toMatchObject({
        cause: { code: "23503", constraint_name: "sessions_device_id_fk" },
      });
      await reportDevice(a.ctx, "denied", sessionHash);
      return (await listDevices(b.ctx)).map(({ permission }) => permission);
    },
    answer: [null],
  },
  acknowledgeNotified: {
    ask: () =>
      code(
        acknowledgeNotified(a.ctx, {
          receipt: receiptOf(stack.services, b.organisationId, b.notificationId),
        }),
      ),
    answer: "conflict",
  },
  replayDelivery: { ask: () => code(replayDelivery(a.ctx, b.deliveryId)), answer: "not_found" },
  stopPipeTest: { ask: () => code(stopPipeTest(a.ctx, b.pipeTestId)), answer: "not_found" },
  runPipeTest: { ask: () => code(all(runPipeTest(a.ctx, b.configurationId, signal))), answer: "not_found" },
  clearPipeTest: { ask: () => code(clearPipeTest(a.ctx, b.pipeTestId)), answer: "not_found" },
  showWebhookUrl: { ask: () => code(showWebhookUrl(a.ctx, b.webhookTokenId)), answer: "not_found" },
  rotateWebhookToken: { ask: () => code(rotateWebhookToken(a.ctx, b.webhookTokenId)), answer: "not_found" },
  revokeWebhookToken: { ask: () => code(revokeWebhookToken(a.ctx, b.webhookTokenId)), answer: "not_found" },
  listGuideValues: {
    ask: async () => (await listGuideValues(a.ctx, formValues.vendor)).map(({ id }) => id),
    answer: () => [a.configurationId, a.personalId],
  },
  listVisibleConfigurations: {
    ask: async () => (await listVisibleConfigurations(a.ctx)).map(({ id }) => id),
    answer: () => [a.configurationId, a.personalId, a.paperId],
  },
  syncConfiguration: { ask: () => code(syncConfiguration(a.ctx, b.configurationId)), answer: "not_found" },
  getTriageCount: {
    ask: async () => {
      const { counts } = await getFeedSummary(a.ctx);
      const { total } = await getTriageCount(a.ctx);
      return total === counts.view.triage.total;
    },
    answer: true,
  },
  getFeedSummary: {
    ask: async () => {
      const { configurations, counts } = await getFeedSummary(a.ctx);
      return [...configurations.map(({ id }) => id), ...Object.keys(counts.configuration)].includes(
        b.configurationId,
      );
    },
    answer: false,
  },
  // stream.integration.test.ts checks what a stream carries
  openStream: {
    ask: async () => {
      const hub = openHub(stack.services);
      const credential = { tokenId: a.tokenId };
      const body = await openStream(a.ctx, hub, { after: 0, credential });
      const { events, close } = readEvents(body as ReadableStream<Uint8Array>);
      // what the stream sends at once has arrived by then
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await close();
      hub.close();
      return { some: events.length > 0, theirs: JSON.stringify(events).includes(b.detectionId) };
    },
    answer: { some: true, theirs: false },
  },
  exportAudit: {
    ask: async () => (await exportAudit(a.ctx, {})).includes(b.configurationId),
    answer: false,
  },
};

const sharedRunId = newId();
const memberOf = (side: Side) => (side.ctx.actor.kind === "user" ? side.ctx.actor.userId : "");

const storeys = ["core", "identity", "sources", "ingest", "triage", "alerting", "overview"];

/** Returns the names of the storeys' operations. These are the exported functions that take a Context, except helpers. */
function exportedVerbs(): string[] {
  const helpers = new Set([
    "queryOf",
    "authorise",
    "beginPipeTest",
    "forEachLocked",
    "personOf",
    "requestStatus",
    "writeOwner",
    "keepOwner",
    "judge",
    "inOwnOrganisation",
    "reauthorise",
    "refuseAbandoned",
    "recordAudit",
    "verifyScope",
    "failureOf",
    "listAccess",
    "openCertificate",
    "nextCertificateOf",
    "ownId",
    "readInput",
    "storeVerified",
    "summaryOf",
  ]);
  return storeys
    .map((storey) => join("lib", storey))
    .filter(existsSync)
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
    )
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .flatMap((path) => [
      ...readFileSync(path, "utf8").matchAll(
        /^export (?:async )?function\*? (\w+)(?:<\w+>)?\(\s*ctx: Context/gm,
      ),
    ])
    .map((found) => found[1] ?? "")
    .filter((name) => !helpers.has(name))
    .toSorted();
}

describe("with an id of another organisation", () => {
  it("every verb is tested here", () => {
    expect(exportedVerbs()).toEqual(Object.keys(verbs).toSorted());
  });

  it.each(Object.keys(verbs))("%s finds nothing and changes nothing", async (name) => {
    const snapshot = () =>
      owner.begin(async (tx) => {
        const rows = [];
        for (const table of [
          ...tables,
          { name: "poll_targets", column: "organisation_id" },
          { name: "outbox", column: "organisation_id" },
          { name: "memberships", column: "organisation_id" },
          { name: "api_tokens", column: "organisation_id" },
          { name: "webhook_tokens", column: "organisation_id" },
        ])
          rows.push(
            await tx`select to_jsonb(t) as row from ${tx(table.name)} t where ${tx(table.column)} = ${b.organisationId} order by 1`,
          );
        return JSON.stringify(rows);
      });
    const before = await snapshot();
    const verb = verbs[name];
    const answer = verb?.answer;
    expect(await verb?.ask()).toEqual(typeof answer === "function" ? (answer as () => unknown)() : answer);
    expect(await snapshot()).toBe(before);
  });

  it("a page of the feed continues within the own organisation", async () => {
    const theirs = await feed(b.ctx);
    const last = theirs.items.at(-1);
    const page = await listDetections(
      a.ctx,
      FeedQuery.parse({ view: "all" }),
      `2100-01-01T00:00:00.000000Z_${last?.id ?? ""}`,
    );
    const own = await feed(a.ctx);
    expect(page.items.map(({ id }) => id)).toEqual(own.items.map(({ id }) => id));
  });

  it("a worker's lease reaches only its organisation's rows", async () => {
    const calls = () => stack.control("GET", "/requests") as Promise<unknown[]>;
    const before = (await calls()).length;
    await makeDue(stack.services);
    const leases = await leasePolls(stack.services, 10);
    expect(new Set(leases.map(({ organisationId }) => organisationId))).toEqual(
      new Set([a.organisationId, b.organisationId]),
    );
    const theirs = leases.find(({ organisationId }) => organisationId === b.organisationId);
    if (!theirs) throw new Error("no lease");
    const mixed = { ...theirs, organisationId: a.organisationId };
    expect(await pollConfiguration(stack.services, mixed, signal)).toMatchObject({ outcome: "gone" });
    // the other organisation's poll target stays
    expect(
      await stack.services.db.execute(
        `select 1 from poll_targets where configuration_id = '${theirs.configurationId}'`,
      ),
    ).toHaveLength(1);
    const change = {
      changeId: b.changeId,
      organisationId: a.organisationId,
      leaseToken: newId(),
      dueAt: new Date().toISOString(),
      attempts: 1,
    };
    await sendStatusChange(stack.services, change, signal);
    expect((await calls()).length).toBe(before);
    expect(await getDetection(b.ctx, b.detectionId)).toMatchObject({
      pendingStatus: "in_progress",
      syncState: "held",
    });
  });

  it("a session can't switch to it", async () => {
    const { sessionId } = await signIn(
      stack.services,
      {
        directoryId: tenantId,
        objectId: newId(),
        signInName: "member@contoso.example",
        displayName: "Member",
      },
      { userAgent: "test", firstAdminToken: null },
    );
    const person = await getCurrentPerson(stack.services, sessionId);
    await admitMember(a.ctx, { userId: person?.userId, role: "analyst" });
    expect(await switchOrganisation(stack.services, sessionId, b.organisationId)).toBe("foreign");
    expect((await getCurrentPerson(stack.services, sessionId))?.membership).toMatchObject({
      organisationId: a.organisationId,
      role: "analyst",
    });
  });
});
