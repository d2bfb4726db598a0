// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { UpdateNotice } from "../shell/update-notice.tsx";
import { canReread } from "./portal-build.ts";

afterEach(() => vi.unstubAllGlobals());

const answers = (build?: string) =>
  vi.stubGlobal(
    "fetch",
    async () => new Response("", { headers: build ? { "x-pocketsoc-build": build } : {} }),
  );

it("a page learns that the portal was updated, says so, and isn't reread any more", async () => {
  const { place } = await draw(<UpdateNotice />);
  answers("new");
  // in development no page has a build
  expect(await canReread()).toBe(true);
  document.documentElement.dataset.build = "old";
  answers("old");
  expect(await canReread()).toBe(true);
  answers();
  expect(await canReread()).toBe(true);
  expect(place.textContent).toBe("");
  answers("new");
  await act(async () => expect(await canReread()).toBe(false));
  expect(place.textContent).toMatch(/^PocketSOC was updated\. Reload this page/);
  expect(place.querySelector("button")?.textContent).toBe("Reload");
  // a rolling update: an old web answers once more
  answers("old");
  expect(await canReread()).toBe(false);
});
