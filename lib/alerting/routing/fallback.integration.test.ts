import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { leaseSent, notifyDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { removeDevice } from "../devices/remove.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, addDevice, raise, readAt, statesOf } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("the admins are notified instead, whatever their preferences", () => {
  it("if two devices of an alert fail at the same time", async () => {
    const devices = [await addDevice(analyst), await addDevice(analyst)];
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    for (const { path } of devices) push.answer(path, 410);
    await raise("both-gone");
    await started.decideDue();
    // each by a worker of its own
    const sends = [await leaseSent(services, 1), await leaseSent(services, 1)];
    expect(sends.map(({ length }) => length)).toEqual([1, 1]);
    await Promise.all(sends.flat().map((send) => send()));
    await notifyDue(services);
    expect(readAt(other.path)).toMatchObject([{ title: "High: both-gone" }]);
  });

  it("of an incident that was grouped into a failed notification", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    push.answer(device.path, 410);
    await raise("member");
    await started.decideDue();
    await raise("incident", { isIncident: true });
    await notifyDue(services);
    await started.makeDue("gathered_digest");
    await notifyDue(services);
    expect(readAt(other.path)).toMatchObject([
      { title: expect.stringMatching(/^High: (member|incident)$/) },
      { title: "2 High alerts", body: "vm-pay-01: member\nvm-pay-01: incident" },
    ]);
  });

  it("of the alerts of a digest without a recipient", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(analyst, { ...everySeverity, shift: hoursThatBegin(services.now()).shift });
    await setOwnPreferences(admin, { ...everySeverity, isOn: false });
    await raise("unsent", { severity: "Medium" });
    await notifyDue(services);
    expect(push.received).toEqual([]);
    await removeDevice(analyst, device.id);
    // their hours are all day long now
    await setOwnPreferences(analyst, everySeverity);
    await notifyDue(services);
    expect(readAt(other.path)).toMatchObject([{ title: "Medium: unsent" }]);
  });
});

describe("if web push reaches nobody", () => {
  let mail: MailService;
  const sendWithoutMail = services.mail;
  beforeAll(async () => {
    mail = await startMailService();
    services.mail = mail.asWayOut();
  });
  beforeEach(() => {
    mail.received.length = 0;
  });
  afterAll(async () => {
    services.mail = sendWithoutMail;
    await mail.stop();
  });

  it("the admins get an e-mail about a High alert", async () => {
    const id = await raise("by-mail");
    await notifyDue(services);
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.raw).toContain("Subject: High: by-mail");
    expect(await statesOf(id)).toContainEqual(["Some admin", "accepted"]);
  });

  it("the admins get an e-mail at once when the last device turns out to be gone", async () => {
    await setOwnPreferences(admin, switchedOff);
    const device = await addDevice(analyst);
    push.answer(device.path, 410);
    const id = await raise("gone-at-last");
    await notifyDue(services);
    expect(mail.received).toHaveLength(1);
    const { timeline, recipients } = await getDetection(admin, id);
    expect(timeline[0]?.text).toContain("The admins were notified");
    expect(recipients.map(({ channel, state }) => [channel, state])).toEqual(
      expect.arrayContaining([
        ["web_push", "failed"],
        ["email", "accepted"],
      ]),
    );
  });

  it("and e-mail doesn't either, the timeline says that nobody was notified", async () => {
    mail.answer({ at: "recipient", status: 550 });
    const id = await raise("no-way-at-all");
    await notifyDue(services);
    mail.answer("accept");
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("Nobody was notified");
  });
});
