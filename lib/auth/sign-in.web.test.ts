import { afterAll, beforeAll, expect, it } from "vitest";
import { portalApp } from "../../emulator/azure/directory.ts";
import { choose, people } from "#test/sign-in.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";

let stack: WebhookStack;
beforeAll(async () => {
  stack = await startWebhookStack("test-sign-in", {
    webs: 1,
    workers: 0,
    settings: {
      POCKETSOC_ENTRA_CLIENT_ID: portalApp.clientId,
      POCKETSOC_ENTRA_CLIENT_SECRET: portalApp.secret,
    },
  });
});
afterAll(() => stack.stop());

/** A browser: keeps cookies and follows no redirect. All its tabs share it. */
function openBrowser() {
  const jar = new Map<string, string>();
  const send = async (path: string, form?: Record<string, string>) => {
    const answer = await fetch(`${stack.address()}${path}`, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /max-age=0/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  /** Presses "Sign in with Microsoft". Returns the address at Microsoft. */
  const begin = async (callbackUrl = "/detections") => {
    const { csrfToken } = (await (await send("/api/auth/csrf")).json()) as { csrfToken: string };
    const answer = await send("/api/auth/signin/azure-ad", { csrfToken, callbackUrl, json: "true" });
    return ((await answer.json()) as { url: string }).url;
  };
  /** Chooses an account at Microsoft and returns to the portal. Returns where the portal leads to. */
  const finish = async (url: string, account = people.ana) => {
    const query = new URLSearchParams(await choose(url, account));
    return (await send(`/api/auth/callback/azure-ad?${query}`)).headers.get("location");
  };
  const isSignedIn = async () => {
    const answer = await send("/waiting");
    return !answer.headers.get("location")?.includes("/sign-in");
  };
  return { send, begin, finish, isSignedIn };
}
const notAwaited = "http://localhost:3000/sign-in?error=NotAwaited";

it("leads to the page that was wanted, once", async () => {
  const { send, begin, isSignedIn } = openBrowser();
  const query = new URLSearchParams(await choose(await begin("/settings/tokens"), people.ana));
  const answer = await send(`/api/auth/callback/azure-ad?${query}`);
  expect(answer.headers.get("location")).toBe("http://localhost:3000/settings/tokens");
  expect(await isSignedIn()).toBe(true);
  const again = await send(`/api/auth/callback/azure-ad?${query}`);
  expect(again.headers.get("location")).toBe(notAwaited);
  // the page sees that the person is signed in
  expect((await send("/sign-in?error=NotAwaited")).headers.get("location")).toBe("/detections");
});

it("of two tabs that begin at once, the later one signs in, and the earlier one says what happened", async () => {
  const { send, begin, finish, isSignedIn } = openBrowser();
  const first = await begin();
  const second = await begin();
  expect(await finish(first)).toBe(notAwaited);
  expect(await isSignedIn()).toBe(false);
  const page = await (await send("/sign-in?error=NotAwaited")).text();
  expect(page).toContain("You are not signed in");
  expect(page).toContain("another tab has begun one since");
  expect(await finish(second)).toBe("http://localhost:3000/detections");
  expect(await isSignedIn()).toBe(true);
});

it("an earlier tab that returns after the later one is signed in as well", async () => {
  const { send, begin, finish, isSignedIn } = openBrowser();
  const first = await begin();
  const second = await begin();
  expect(await finish(second)).toBe("http://localhost:3000/detections");
  expect(await finish(first, people.ben)).toBe(notAwaited);
  expect((await send("/sign-in?error=NotAwaited")).headers.get("location")).toBe("/detections");
  expect(await isSignedIn()).toBe(true);
});

it("an answer for another browser signs nobody in", async () => {
  const attacker = openBrowser();
  const victim = openBrowser();
  const url = await attacker.begin();
  await victim.begin();
  expect(await victim.finish(url)).toBe(notAwaited);
  expect(await victim.isSignedIn()).toBe(false);
});

it("asks the directory for its addresses once, whoever begins and however often", async () => {
  await openBrowser().begin();
  await stack.control("DELETE", "/requests");
  for (let stranger = 0; stranger < 4; stranger++) await openBrowser().begin();
  const { begin, finish } = openBrowser();
  expect(await finish(await begin())).toBe("http://localhost:3000/detections");
  const requests = (await stack.control("GET", "/requests")) as { host: string; path: string }[];
  const asked = requests.filter(({ path }) => path.endsWith("openid-configuration"));
  expect(asked).toEqual([]);
  expect(requests.some(({ path }) => path.endsWith("/token"))).toBe(true);
});
