// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { otherReader, renderedFor, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { draw } from "#test/draw.ts";
import { watchRequests } from "../shell/page-requests.ts";
import { UpdateNotice } from "../shell/update-notice.tsx";
import { canReread, isCurrent } from "./page-state.ts";

/** the requests that the portal got, with the page's name of its reader */
let asked: { url: string; reader: string | null; more: string | null }[] = [];
let answer: { status?: number; headers?: Record<string, string> } = {};

beforeEach(() => {
  asked = [];
  answer = {};
  vi.stubGlobal("fetch", async (input: string | URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    asked.push({ url: String(input), reader: headers.get(renderedForHeader), more: headers.get("rsc") });
    return new Response("", answer);
  });
  watchRequests();
});
afterEach(() => vi.unstubAllGlobals());

const build = (name: string) => ({ headers: { "x-pocketsoc-build": name } });

it("each request of a page names whom the page was rendered for, beside its own headers", async () => {
  await fetch("/public");
  const reader = renderedFor({ organisationId: "contoso", userId: "ana" });
  await draw(<div data-rendered-for={reader} />);
  await fetch("/detections", { headers: { rsc: "1" } });
  expect(asked).toEqual([
    { url: "/public", reader: null, more: null },
    { url: "/detections", reader: "contoso/ana", more: "1" },
  ]);
});

it("a page for somebody else says so, isn't reread, and goes on once the session is the page's again", async () => {
  const { place } = await draw(<UpdateNotice />);
  answer = { status: 409, headers: { [renderedForHeader]: otherReader } };
  await act(async () => expect(await canReread()).toBe(false));
  expect(place.textContent).toMatch(/^This browser is in another organisation now, or signed in as somebody/);
  answer = {};
  await act(async () => expect(await canReread()).toBe(true));
  expect(place.textContent).toBe("");
});

it.each([
  [401, false],
  [429, true],
  [502, true],
])("a page isn't reread after an answer %i (current: %s)", async (status, current) => {
  answer = { status };
  expect(await canReread()).toBe(false);
  expect(isCurrent()).toBe(current);
  answer = {};
  expect(await canReread()).toBe(true);
});

it("a page learns from any answer that the portal was updated, says so, and isn't reread any more", async () => {
  const { place } = await draw(<UpdateNotice />);
  answer = build("new");
  // in development no page has a build
  expect(await canReread()).toBe(true);
  document.documentElement.dataset.build = "old";
  answer = build("old");
  expect(await canReread()).toBe(true);
  answer = {};
  expect(await canReread()).toBe(true);
  expect(place.textContent).toBe("");
  answer = build("new");
  // a server action, which Next's own code sends
  await act(async () => void (await fetch("/settings/tokens", { method: "POST" })));
  expect(isCurrent()).toBe(false);
  expect(place.textContent).toMatch(/^PocketSOC was updated\. Reload this page/);
  expect(place.querySelector("button")?.textContent).toBe("Reload");
  // a rolling update: an old web answers once more
  answer = build("old");
  expect(await canReread()).toBe(false);
});
