import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { newId } from "#lib/platform/ids.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import type { Context } from "#lib/core/context.ts";
import { createOrganisation } from "../organisations/create.ts";
import { prepareInstallation } from "../organisations/prepare.ts";
import { admitMember, declineRequest, listTeam, removeMember } from "../team/members.ts";
import { actorOf, getCurrentPerson, signOut, switchOrganisation } from "./current.ts";
import { createBreakGlassLink, useBreakGlassLink } from "./login-link.ts";
import { signIn } from "./sign-in.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => stack.stop());

const enter = (
  directoryId: string,
  name: string,
  firstAdminToken: string | null = null,
  objectId = newId(),
) =>
  signIn(
    stack.services,
    { directoryId, objectId, signInName: `${name}@contoso.example`, displayName: name },
    { userAgent: "test", firstAdminToken },
  );
const who = (sessionId: string) => getCurrentPerson(stack.services, sessionId);
async function contextOf(sessionId: string): Promise<Context> {
  const person = await who(sessionId);
  const actor = person && actorOf(person);
  if (!actor) throw new Error("not let in");
  return { services: stack.services, actor };
}
const later = (ms: number) =>
  vi.spyOn(stack.services, "now").mockImplementation(() => new Date(Date.now() + ms));
const minute = 60_000;

describe("names from the directory", () => {
  it("are stored as one line in which everything shows, and a NUL ends no sign-in", async () => {
    const directoryId = newId();
    await prepareInstallation(stack.services, { directoryId, firstAdmin: "ana\u202e@contoso.example" });
    const { sessionId } = await signIn(
      stack.services,
      {
        directoryId,
        objectId: newId(),
        signInName: "bad\0\ud800@contoso.example",
        displayName: "A\u202en\0a\u00ad\r\nB",
      },
      { userAgent: "test\0", firstAdminToken: null },
    );
    const person = await who(sessionId);
    expect(person?.name).toBe("A⟨U+202E⟩n\ufffda⟨U+00AD⟩ B");
  });
});

describe("the first Admin", () => {
  it("is the person named in the settings, which the next start may correct; everyone else waits", async () => {
    const directoryId = newId();
    const prepare = (firstAdmin: string) => prepareInstallation(stack.services, { directoryId, firstAdmin });
    expect(await prepare("mistyped@contoso.example")).toBeNull();
    const early = await enter(directoryId, "ana");
    expect((await who(early.sessionId))?.membership).toBeNull();
    await prepare("ANA@contoso.example");
    const { sessionId } = await enter(directoryId, "ana");
    expect((await who(sessionId))?.membership).toMatchObject({ role: "admin" });
    // once there is an Admin, the name in the settings has no effect
    const second = await enter(directoryId, "ana");
    expect((await who(second.sessionId))?.membership).toBeNull();
    const { waiting } = await listTeam(await contextOf(sessionId));
    expect(waiting.map(({ displayName }) => displayName)).toEqual(["ana", "ana"]);
  });

  it("is whoever signs in with the printed link, which works once and is voided by the next start", async () => {
    const directoryId = newId();
    const prepare = () => prepareInstallation(stack.services, { directoryId, firstAdmin: null });
    const missed = await prepare();
    const token = await prepare();
    expect([missed, token]).toEqual([
      expect.stringMatching(/^[\w-]{43}$/),
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
    const role = async (link: string | null) =>
      (await who((await enter(directoryId, "someone", link)).sessionId))?.membership?.role;
    expect(await role(missed)).toBeUndefined();
    expect(await role("x".repeat(43))).toBeUndefined();
    expect(await role(token)).toBe("admin");
    expect(await role(token)).toBeUndefined();
    expect(await prepare()).toBeNull();
  });

  it("has 15 minutes to use the link, and gets another one from a command", async () => {
    const directoryId = newId();
    const prepare = () => prepareInstallation(stack.services, { directoryId, firstAdmin: null });
    const role = async (link: string | null) =>
      (await who((await enter(directoryId, "someone", link)).sessionId))?.membership?.role;
    const late = await prepare();
    const clock = later(16 * minute);
    expect(await role(late)).toBeUndefined();
    const renewed = await prepare();
    clock.mockRestore();
    later(30 * minute);
    expect(await role(renewed)).toBe("admin");
  });
});

describe("a request to be let in, in a directory with two organisations", () => {
  async function twoTeams() {
    const directoryId = newId();
    await prepareInstallation(stack.services, { directoryId, firstAdmin: "ana@contoso.example" });
    const ana = await contextOf((await enter(directoryId, "ana")).sessionId);
    await createOrganisation(stack.services, {
      name: "Retail",
      directoryId,
      firstAdmin: "rita@contoso.example",
    });
    const rita = await contextOf((await enter(directoryId, "rita")).sessionId);
    const waiting = await enter(directoryId, "ben");
    const waitingAt = async (ctx: Context) =>
      (await listTeam(ctx)).waiting.map(({ displayName }) => displayName);
    return { ana, rita, userId: waiting.userId, waitingAt };
  }
  const code = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: { code?: string }) => error.code,
    );

  it("ends in both when one admits the person, and stays ended after the person's removal", async () => {
    const { ana, rita, userId, waitingAt } = await twoTeams();
    expect([await waitingAt(ana), await waitingAt(rita)]).toEqual([["ben"], ["ben"]]);
    await admitMember(ana, { userId, role: "viewer" });
    await removeMember(ana, { userId });
    expect([await waitingAt(ana), await waitingAt(rita)]).toEqual([[], []]);
  });

  it("can't be answered by the other once the person is a member, though an earlier version left it there", async () => {
    const { ana, rita, userId } = await twoTeams();
    await admitMember(ana, { userId, role: "viewer" });
    const { organisationId } = rita.actor;
    await stack.asOwner(
      `insert into access_requests (organisation_id, user_id) values ('${organisationId}', '${userId}')`,
    );
    const audit = async () =>
      JSON.stringify(
        await inOrganisation(stack.services.db, organisationId, (tx) =>
          tx.execute("select * from audit_events order by at, id"),
        ),
      );
    const before = await audit();
    expect(await code(admitMember(rita, { userId, role: "admin" }))).toBe("not_found");
    expect(await code(declineRequest(rita, { userId }))).toBe("not_found");
    expect(await audit()).toBe(before);
    await removeMember(ana, { userId });
    expect((await listTeam(rita)).waiting).toEqual([]);
  });

  it("is admitted once, also if both admit the person at the same moment", async () => {
    const { ana, rita, userId, waitingAt } = await twoTeams();
    const outcomes = await Promise.all(
      [ana, rita].map((ctx) => code(admitMember(ctx, { userId, role: "viewer" }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(["done", "not_found"]));
    expect([await waitingAt(ana), await waitingAt(rita)]).toEqual([[], []]);
  });

  it("can be declined by one, and stays with the other", async () => {
    const { ana, rita, userId, waitingAt } = await twoTeams();
    await declineRequest(ana, { userId });
    expect([await waitingAt(ana), await waitingAt(rita)]).toEqual([[], ["ben"]]);
  });
});

describe("a session", () => {
  it("ends after 30 idle minutes, after 12 hours, at sign-out and when its person is removed", async () => {
    const directoryId = newId();
    await prepareInstallation(stack.services, { directoryId, firstAdmin: "ana@contoso.example" });
    const admin = await enter(directoryId, "ana");
    later(29 * minute);
    expect(await who(admin.sessionId)).not.toBeNull();
    later(58 * minute);
    expect(await who(admin.sessionId)).not.toBeNull();
    later(89 * minute);
    expect(await who(admin.sessionId)).toBeNull();
    vi.restoreAllMocks();

    const long = await enter(directoryId, "ana", null);
    expect(long.sessionId).not.toBe(admin.sessionId);
    for (let passed = 20; passed < 720; passed += 20) {
      later(passed * minute);
      await who(admin.sessionId);
      await who(long.sessionId);
    }
    later(719 * minute);
    expect(await who(long.sessionId)).not.toBeNull();
    later(721 * minute);
    expect(await who(long.sessionId)).toBeNull();
    vi.restoreAllMocks();

    const objectId = newId();
    const waiting = await enter(directoryId, "ben", null, objectId);
    const ana = await contextOf((await admitted(directoryId)).sessionId);
    await admitMember(ana, { userId: waiting.userId, role: "analyst" });
    const ben = await enter(directoryId, "ben", null, objectId);
    expect((await who(ben.sessionId))?.membership?.role).toBe("analyst");
    expect((await listTeam(ana)).waiting.filter(({ displayName }) => displayName === "ben")).toEqual([]);
    await removeMember(ana, { userId: ben.userId });
    expect(await who(ben.sessionId)).toBeNull();
    const again = await enter(directoryId, "ben", null, objectId);
    await signOut(stack.services, again.sessionId);
    expect(await who(again.sessionId)).toBeNull();
  });

  /** Signs the directory's Admin in with a break-glass link. Returns the new session's id. */
  async function admitted(directoryId: string): Promise<{ sessionId: string }> {
    const made = await createBreakGlassLink(stack.services, directoryId, "ANA@contoso.example");
    const sessionId = await useBreakGlassLink(stack.services, made?.token ?? "", "test");
    if (!sessionId) throw new Error("no session");
    return { sessionId };
  }

  it("can be opened once with a one-time link, within 15 minutes, and the audit log records how", async () => {
    const directoryId = newId();
    await prepareInstallation(stack.services, { directoryId, firstAdmin: "ana@contoso.example" });
    await enter(directoryId, "ana");
    expect(await createBreakGlassLink(stack.services, directoryId, "nobody@contoso.example")).toBeNull();
    const late = await createBreakGlassLink(stack.services, directoryId, null);
    later(16 * minute);
    expect(await useBreakGlassLink(stack.services, late?.token ?? "", "test")).toBeNull();
    vi.restoreAllMocks();
    const made = await createBreakGlassLink(stack.services, directoryId, null);
    const sessionId = await useBreakGlassLink(stack.services, made?.token ?? "", "test");
    expect(await useBreakGlassLink(stack.services, made?.token ?? "", "test")).toBeNull();
    expect((await who(sessionId ?? ""))?.membership?.role).toBe("admin");
  });

  it("can switch only to organisations of its person, and a member of a team waits in no other", async () => {
    const directoryId = newId();
    await prepareInstallation(stack.services, { directoryId, firstAdmin: "ana@contoso.example" });
    const objectId = newId();
    const ana = await enter(directoryId, "ana", null, objectId);
    const other = await createOrganisation(stack.services, {
      name: "Retail",
      directoryId,
      firstAdmin: "rita@contoso.example",
    });
    const rita = await enter(directoryId, "rita");
    expect(await switchOrganisation(stack.services, ana.sessionId, other)).toBe("foreign");
    await enter(directoryId, "ana", null, objectId);
    expect((await listTeam(await contextOf(rita.sessionId))).waiting).toEqual([]);
    const mine = (await who(ana.sessionId))?.membership?.organisationId ?? "";
    expect(await switchOrganisation(stack.services, ana.sessionId, mine)).toBe("done");
  });
});
