// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { RestoredPage } from "./restored-page.tsx";

afterEach(() => vi.restoreAllMocks());

/** Shows the page as a browser does: from its back/forward cache, or newly loaded. */
const show = (persisted: boolean) => dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));

it("a page that the browser restores from its back/forward cache is loaded anew, and no other", async () => {
  const reload = vi.spyOn(location, "reload").mockReturnValue();
  const { again } = await draw(<RestoredPage />);
  show(false);
  expect(reload).not.toHaveBeenCalled();
  show(true);
  expect(reload).toHaveBeenCalledOnce();
  await again(null);
  show(true);
  expect(reload).toHaveBeenCalledOnce();
});
