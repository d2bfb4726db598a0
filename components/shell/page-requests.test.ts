// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { otherReader, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { pageState } from "../ui/page-state.ts";
import { watchRequests } from "./page-requests.ts";

const asked: { url: string; readBy: string | null }[] = [];
let session: () => Response;

beforeEach(() => {
  document.body.innerHTML = '<div data-rendered-for="org/person"></div>';
  session = () => Response.json({ leftMs: 1 });
  asked.length = 0;
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input);
    asked.push({ url, readBy: new Headers(init?.headers).get(renderedForHeader) });
    return url.startsWith("/api/session") ? session() : new Response("the page");
  });
  watchRequests();
});
afterEach(() => {
  pageState.settle();
  vi.unstubAllGlobals();
});

/** Asks for an address as Next does, and tells whether an answer came. */
async function comes(address: string, headers: Record<string, string> = { rsc: "1" }): Promise<boolean> {
  const silence = new Promise<false>((resolve) => setTimeout(() => resolve(false), 50));
  return Promise.race([fetch(address, { headers }).then(() => true), silence]);
}
const here = () => `${location.pathname}${location.search}`;
const forOther = () => new Response(null, { status: 409, headers: { [renderedForHeader]: otherReader } });

it("a page that is reread gets its answer while the session is its own", async () => {
  expect(await comes(`${here()}?_rsc=1`)).toBe(true);
  expect(asked.map(({ readBy }) => readBy)).toEqual(["org/person", "org/person"]);
});

it.each([
  ["another tab chose another organisation", forOther],
  ["the session has ended", () => new Response(null, { status: 401 })],
])("a page that was reread while %s stays as it is", async (_when, answer) => {
  session = answer;
  expect(await comes(`${here()}?_rsc=1`)).toBe(false);
});

it("links, prefetches and data aren't held back", async () => {
  session = forOther;
  expect(await comes("/elsewhere?_rsc=1")).toBe(true);
  expect(await comes(here(), { rsc: "1", "next-router-prefetch": "1" })).toBe(true);
  expect(await comes(here(), {})).toBe(true);
});
