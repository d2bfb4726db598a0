import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { openAlarm } from "#db/queries/alerting/alarms.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { changeRole } from "#lib/identity/team/members.ts";
import { newId } from "#lib/platform/ids.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { getDetection } from "#lib/triage/get.ts";
import { userIdOf } from "#test/escalations.ts";
import { development, formValues } from "#test/form.ts";
import { startMessageLog } from "#test/message-log.ts";
import { everySeverity, startNotifying, switchedOff } from "#test/notifying.ts";
import { save, signal } from "#test/steps.ts";
import { mergeAll, postToWebhook, webhookToken } from "#test/webhook-bodies.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, admin, analyst, addDevice, raise, execute, alertOf, clock } = started;
const { services } = stack;
const { organisationId } = admin.actor;
const seconds = 1_000;
const startLog = () => startMessageLog(started);
const titles = (messages: readonly { title: string }[]) => messages.map(({ title }) => title);
beforeEach(started.reset);
afterAll(started.stop);

/** The properties of an alert of the second configuration. */
const inSecond = (name: string) => ({
  alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${development}/location/westeurope`,
  resourceIdentifiers: [
    {
      type: "AzureResource",
      azureResourceId: `/subscriptions/${development}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-second`,
    },
  ],
});
const saveSecond = () =>
  save(admin, { ...formValues, displayName: "Azure Second", subscriptionIds: development });

describe("while alerts of two configurations are gathered", () => {
  let secondId = "";
  beforeEach(async () => {
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, everySeverity);
  });
  /** Raises one alert that sounds, and one of each configuration that is gathered. Returns the second configuration's. */
  const gather = async (name: string, until: (atMs: number) => Promise<void>) => {
    await raise(`${name}-before`);
    await until(1 * seconds);
    await raise(`${name}-first`);
    return raise(`${name}-second`, inSecond(`${name}-second`));
  };

  /** Makes the second configuration be read with people's own accounts, or by the application. */
  const readAs = (who: "person" | "application") =>
    stack.asOwner(
      `update configurations set read_as = '${who}', write_as = '${who}' where id = '${secondId}'`,
    );
  /** Connects an account of a person to the second configuration, which the vendor lets read. */
  const grant = async (ctx: typeof admin) => {
    const [id, userId] = [newId(), userIdOf(ctx)];
    const until = new Date(services.now().getTime() + 3_600_000).toISOString();
    await stack.asOwner(`insert into accounts
      (organisation_id, id, user_id, authority, registration, object_id, sign_in_name, tokens_sealed) values
      ('${organisationId}', '${id}', '${userId}', 'microsoft-entra', 'r', '${id}', 'someone', '')`);
    await stack.asOwner(`insert into account_access
      (organisation_id, configuration_id, user_id, account_id, access, confirmed_at, asked_at, used_at, connected_at) values
      ('${organisationId}', '${secondId}', '${userId}', '${id}', 'granted', '${until}', '${until}', '${until}', '${until}')`);
  };

  describe("and one stays", () => {
    beforeAll(async () => {
      secondId = await saveSecond();
    });

    it("access lost to one of them leaves its alerts out, and they go to an admin who may see them", async () => {
      const [{ path }, ofAdmin] = [await addDevice(analyst), await addDevice(admin)];
      const { until, of } = startLog();
      await readAs("person");
      for (const ctx of [analyst, admin]) await grant(ctx);
      const id = await gather("access", until);
      await until(5 * seconds);
      await stack.asOwner(
        `update account_access set access = 'refused' where user_id = '${userIdOf(analyst)}'`,
      );
      await until(400 * seconds);
      const { recipients } = await getDetection(admin, id);
      await readAs("application");
      expect(titles(of(path))).toEqual([
        "High: access-before",
        "2 High alerts",
        "2 High unacknowledged for 5 min: vm-pay-01",
      ]);
      expect(JSON.stringify(of(path))).not.toContain("second");
      expect(titles(of(ofAdmin.path))[0]).toBe("High: access-second");
      expect(JSON.stringify(of(ofAdmin.path, 200_000))).toContain("access-second");
      expect(recipients.map(({ problem }) => problem)).toContain("They may not see it any more.");
    });

    it("access lost by everybody is said in the timelines of its alerts", async () => {
      await addDevice(analyst);
      const { until } = startLog();
      const id = await gather("no-access", until);
      await until(5 * seconds);
      await stack.asOwner("delete from account_access");
      await readAs("person");
      await until(70 * seconds);
      await readAs("application");
      const { timeline } = await getDetection(admin, id);
      expect(timeline.map(({ text }) => text).join("\n")).toMatch(/nobody/i);
    });
  });

  it.each(["marked", "gone"])("one that is deleted, %s, is left out, and the rest is said", async (how) => {
    const { path } = await addDevice(analyst);
    secondId = secondId || (await saveSecond());
    const { until, of } = startLog();
    await gather(how, until);
    await until(5 * seconds);
    await deleteConfiguration(admin, secondId, confirmationWord);
    const gone = { organisationId, configurationId: secondId };
    if (how === "gone") await deleteConfigurationRowsOf(services, gone, signal);
    await until(400 * seconds);
    expect(titles(of(path))).toEqual([
      `High: ${how}-before`,
      "2 High alerts",
      "2 High unacknowledged for 5 min: vm-pay-01",
    ]);
    expect(JSON.stringify(of(path))).not.toContain("second");
    if (how !== "gone") await deleteConfigurationRowsOf(services, gone, signal);
    secondId = "";
    expect(await started.dueInSeconds("gathered_digest")).toEqual([]);
    expect([...(await execute("select 1 from digests where ended_at is null"))]).toEqual([]);
  });

  it("all of them deleted, nothing is sent, and the next alert sounds at once", async () => {
    const { path } = await addDevice(analyst);
    secondId = await saveSecond();
    const { until, of } = startLog();
    for (const name of ["all-before", "all-gathered"]) {
      await raise(name, inSecond(name));
      await until(1 * seconds);
    }
    await deleteConfiguration(admin, secondId, confirmationWord);
    await deleteConfigurationRowsOf(services, { organisationId, configurationId: secondId }, signal);
    secondId = "";
    await until(120 * seconds);
    await raise("all-next");
    await until(121 * seconds);
    expect(titles(of(path))).toEqual(["High: all-before", "High: all-next"]);
  });
});

it("somebody who is demoted to Viewer meanwhile hears the gathered alert, without Acknowledge", async () => {
  const { path } = await addDevice(analyst);
  await setOwnPreferences(admin, switchedOff);
  const sounded = await raise("demoted-before");
  await started.advance(1 * seconds);
  await raise("demoted-gathered");
  await started.advance(1 * seconds);
  await execute(`update detections set status = 'resolved' where id = '${sounded}'`);
  const setRole = (role: string) => changeRole(admin, { userId: userIdOf(analyst), role });
  await setRole("viewer");
  try {
    await started.advance(65 * seconds);
    const actions = started.push.received
      .filter((message) => message.path === path)
      .map(({ payload: { notification } }) => [notification.title, notification.data]);
    expect(actions).toEqual([
      ["High: demoted-before", expect.objectContaining({ canAcknowledge: true })],
      ["High: demoted-gathered", expect.objectContaining({ canAcknowledge: false })],
    ]);
  } finally {
    await setRole("analyst");
  }
});

it("an alarm during a storm sounds at once, and delays nothing", async () => {
  const { path } = await addDevice(admin);
  await setOwnPreferences(analyst, switchedOff);
  const { until, of, lastAtMs } = startLog();
  await raise("storm-1");
  await until(1 * seconds);
  const soundedMs = lastAtMs();
  await raise("storm-2");
  await raise("storm-3");
  await until(5 * seconds);
  await inOrganisation(services.db, organisationId, async (tx) => {
    const id = await openAlarm(tx, organisationId, {
      id: newId(),
      kind: "worker_silent",
      configurationId: null,
      stage: "stopped",
      title: "The alarm",
      body: "Its body",
      createdAt: services.now(),
    });
    if (id) await queueAlertingWork(tx, organisationId, "alarm", [id], newId);
  });
  await until(10 * seconds);
  expect(titles(of(path))).toEqual(["High: storm-1", "The alarm"]);
  await until(soundedMs + 60 * seconds);
  expect(titles(of(path))).toEqual(["High: storm-1", "The alarm", "3 High alerts"]);
});

it("what the inbox holds when a worker is back after an hour is said, each alert once", async () => {
  const { path } = await addDevice(analyst);
  await setOwnPreferences(admin, switchedOff);
  const token = await webhookToken(admin);
  await stack.asOwner(`update configurations set last_good_sync_at = '${services.now().toISOString()}'`);
  const post = (names: readonly string[]) =>
    postToWebhook(
      services,
      token,
      names.map((name) => alertOf(name)),
    );
  await post(["down-old"]);
  clock.laterMs += 30 * 60 * seconds;
  await post(["down-1"]);
  await post(["down-2", "down-1"]);
  clock.laterMs += 31 * 60 * seconds;
  const { until, of } = startLog();
  await mergeAll(services);
  await until(130 * seconds);
  // one is older than the policy's hour by now, but was received when it was new
  expect(titles(of(path))).toEqual([expect.stringMatching(/^High: down-(old|1|2)$/), "3 High alerts"]);
  await until(320 * seconds);
  expect(titles(of(path, 200_000))).toEqual(["3 High unacknowledged for 5 min: vm-pay-01"]);
});
