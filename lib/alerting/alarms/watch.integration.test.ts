import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue, pollNow, save, signal } from "#test/steps.ts";
import { development, formValues } from "#test/form.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { createOutgoingWebhook } from "../webhook/create.ts";
import { watchOrganisations } from "./watch.ts";

const started = await startNotifying();
const { push, admin, analyst, configurationId, addDevice, execute, makeDue, dueInSeconds, readAt } = started;
const { services } = started.stack;
let mail: MailService;
beforeAll(async () => {
  mail = await startMailService();
});
beforeEach(async () => {
  await pollNow(services);
  await started.reset();
  services.mail = { from: null, send: services.mail.send };
  mail.received.length = 0;
});
afterAll(async () => {
  await started.stop();
  await mail.stop();
});

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Gives the configuration a problem with this code. `since` is when the problem began. */
const breakConfiguration = (code: string, since: Date) =>
  execute(
    `update configurations set problem_code = '${code}', problem_message = 'Azure refuses the secret.', problem_remedy = 'Replace it.', problem_since = '${since.toISOString()}', problem_passes = ${code === "throttled"}`,
  );
/** Watches all organisations now and sends the due alarms. */
const watch = async () => {
  // otherwise hours in which nobody can be reached raise an alarm too
  await execute("update devices set last_shown_at = now()");
  // and so do the tests' own alerts, which Azure doesn't know
  await execute("update detection_sources set missed_polls = 0");
  await watchOrganisations(services, signal);
  await notifyDue(services);
};
const titlesAt = (path: string) => readAt(path).map(({ title }) => title);

describe("a configuration that isn't well", () => {
  it("and needs action raises an alarm by web push and e-mail every four hours, and one recovery", async () => {
    services.mail = mail.asWayOut();
    const subjects = () => mail.received.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]);
    const [device, other] = [await addDevice(admin), await addDevice(analyst)];
    await createOutgoingWebhook(admin, {
      address: "https://hooks.contoso.com/soc",
      severities: ["high"],
      isOn: true,
    });
    await breakConfiguration("invalid_secret", services.now());
    await watch();
    const title = "Azure Production needs action";
    expect(readAt(device.path)).toEqual([{ title, body: "Azure refuses the secret. Replace it." }]);
    expect(subjects()).toEqual([title]);
    expect(mail.received[0]?.raw).toContain("/settings/configurations/");
    await watch();
    expect(readAt(device.path)).toHaveLength(1);
    expect(await dueInSeconds("outgoing")).toHaveLength(1);
    expect((await dueInSeconds("alarm")).map(Math.round)).toEqual([expect.closeTo(14_400, -1)]);
    await makeDue("alarm");
    await notifyDue(services);
    expect(titlesAt(device.path)).toEqual([title, title]);
    await pollNow(services);
    await watch();
    await watch();
    expect(readAt(device.path).slice(2)).toEqual([
      { title: "Azure Production is healthy again", body: "It was: Azure refuses the secret. Replace it." },
    ]);
    // it doesn't replace the alarm on the device
    const [first, again, recovery] = push.received.map(({ topic }) => topic);
    expect(again).toBe(first);
    expect(recovery).not.toBe(first);
    expect(await dueInSeconds("outgoing")).toHaveLength(2);
    expect(readAt(other.path)).toEqual([]);
    expect(subjects()).toEqual([title, title, "Azure Production is healthy again"]);
    await makeDue("alarm");
    await notifyDue(services);
    expect(readAt(device.path)).toHaveLength(3);
  });

  it("and is degraded raises an alarm after a quarter of an hour unless it is well by then", async () => {
    const device = await addDevice(admin);
    await breakConfiguration("throttled", services.now());
    await watch();
    expect((await dueInSeconds("alarm")).map(Math.round)).toEqual([expect.closeTo(900, -1)]);
    await pollNow(services);
    await watch();
    await makeDue("alarm");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    await breakConfiguration("throttled", new Date(services.now().getTime() - 16 * minuteMs));
    await watch();
    expect(readAt(device.path)).toMatchObject([{ title: "Azure Production is degraded" }]);
    // a worse stage is sent at once
    await breakConfiguration("invalid_secret", services.now());
    await watch();
    expect(readAt(device.path)[1]).toMatchObject({ title: "Azure Production needs action" });
  });

  it("and is disabled meanwhile has no recovery", async () => {
    await addDevice(admin);
    await breakConfiguration("invalid_secret", services.now());
    await watch();
    push.received.length = 0;
    await setConfigurationDisabled(admin, configurationId, true);
    await watch();
    expect(push.received).toEqual([]);
    await setConfigurationDisabled(admin, configurationId, false);
  });
});

describe("a secret that expires", () => {
  it("raises an alarm at each stage, and every four hours from the last day on", async () => {
    const device = await addDevice(admin);
    const expireIn = (days: number) =>
      execute(
        `update credentials set secret_expires_on = '${new Date(services.now().getTime() + days * dayMs).toISOString().slice(0, 10)}'`,
      );
    for (const days of [40, 29, 25, 14, 13, 7, 3]) {
      await expireIn(days);
      await watch();
    }
    expect(titlesAt(device.path)).toEqual(
      [29, 14, 7].map((days) => `Azure Production: the client secret expires in ${days} days`),
    );
    expect(await dueInSeconds("alarm")).toEqual([]);
    await expireIn(1);
    await watch();
    expect(await dueInSeconds("alarm")).toHaveLength(1);
    await expireIn(-1);
    await watch();
    await makeDue("alarm");
    await notifyDue(services);
    expect(titlesAt(device.path).slice(3)).toEqual([
      "Azure Production: the client secret expires in 1 day",
      "Azure Production: the client secret has expired",
    ]);
    // Azure accepts it two days later, so the date can't be right; that is said once
    await expireIn(-2);
    await watch();
    await makeDue("alarm");
    await notifyDue(services);
    expect(readAt(device.path).slice(5)).toEqual([
      {
        title: "Azure Production: the expiry date of the client secret is wrong",
        body: "Azure has accepted the secret since that day. Enter the right date on the configuration's page, so that you are warned in time.",
      },
    ]);
    await makeDue("alarm");
    expect(await notifyDue(services)).toBe(0);
    await expireIn(300);
    await watch();
    expect(titlesAt(device.path).at(-1)).toBe(
      "Azure Production: the secret or certificate is good for longer now",
    );
    await execute("update credentials set secret_expires_on = null");
  });

  it("and makes its configuration fail recovers together with it in one message", async () => {
    const device = await addDevice(admin);
    const at = (days: number) => new Date(services.now().getTime() + days * dayMs).toISOString().slice(0, 10);
    await execute(`update credentials set secret_expires_on = '${at(-1)}'`);
    await breakConfiguration("invalid_secret", services.now());
    await watch();
    expect(titlesAt(device.path).toSorted()).toEqual([
      "Azure Production needs action",
      "Azure Production: the client secret has expired",
    ]);
    push.received.length = 0;
    await execute(`update credentials set secret_expires_on = '${at(300)}'`);
    await pollNow(services);
    await watch();
    expect(titlesAt(device.path)).toEqual(["Azure Production is healthy again"]);
    await execute("update credentials set secret_expires_on = null");
  });
});

describe("hours in which nobody is on call", () => {
  it("raise one alarm after an hour and have no recovery", async () => {
    const device = await addDevice(admin);
    await watchOrganisations(services, signal);
    expect((await dueInSeconds("alarm")).map(Math.round)).toEqual([expect.closeTo(3_600, -1)]);
    await makeDue("alarm");
    await notifyDue(services);
    const title = "High alerts would notify nobody for 168 hours of the coming week";
    expect(titlesAt(device.path)).toEqual([title]);
    expect(push.received[0]?.payload.notification.navigate).toContain("/settings/readiness");
    expect(await dueInSeconds("alarm")).toEqual([]);
    // the device is verified
    await watch();
    expect(titlesAt(device.path)).toEqual([title]);
    expect(await dueInSeconds("alarm")).toEqual([]);
  });
});

// last: there are two configurations from here on
describe("a secret that configurations share", () => {
  it("raises the alarm for an enabled configuration, if the first that shares the secret is disabled", async () => {
    const device = await addDevice(admin);
    const { credential } = await getVendorConfiguration(admin, configurationId);
    const shared = { ...formValues, displayName: "Azure Shared", subscriptionIds: development };
    await save(admin, { ...shared, credentialId: credential.id });
    const soon = new Date(services.now().getTime() + 5 * dayMs).toISOString().slice(0, 10);
    await execute(`update credentials set secret_expires_on = '${soon}'`);
    await watch();
    expect(titlesAt(device.path)).toHaveLength(1);
    const [first] = titlesAt(device.path);
    const isFirst = first?.startsWith("Azure Production");
    await execute(
      `update configurations set disabled_at = now() where display_name = '${isFirst ? "Azure Production" : "Azure Shared"}'`,
    );
    await watch();
    expect(titlesAt(device.path).at(-1)).toBe(
      `${isFirst ? "Azure Shared" : "Azure Production"}: the client secret expires in 5 days`,
    );
    await execute("update credentials set secret_expires_on = null");
  });
});
