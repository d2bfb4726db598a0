// @vitest-environment happy-dom
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime.js";
import { UnrecognizedActionError } from "next/dist/client/components/unrecognized-action-error.js";
import { redirect } from "next/navigation";
import { act, Component, type ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { notForReader } from "#lib/domain/rendered-for.ts";
import { sessionEnded } from "#lib/domain/session.ts";
import { pageState } from "./page-state.ts";
import { type Answer, useAction } from "./use-action.ts";

beforeEach(() => {
  vi.stubGlobal("fetch", async () => new Response("{}"));
});
afterEach(() => vi.unstubAllGlobals());

class Boundary extends Component<{ children: ReactNode }, { digest: string }> {
  override state = { digest: "" };
  static getDerivedStateFromError = ({ digest }: { digest?: string }) => ({ digest: digest ?? "none" });
  override render = () => (this.state.digest ? <p>{this.state.digest}</p> : this.props.children);
}

function Asking({
  action,
  onDone,
  refreshes,
}: {
  action: () => Promise<Answer<string>>;
  onDone: (value: string) => void;
  refreshes: boolean;
}) {
  const { busy, problem, said, run, clear } = useAction("The portal could not be reached. Try again.", {
    refreshes,
  });
  return (
    <>
      <button type="button" disabled={busy} onClick={() => run(action, { done: onDone, say: "Asked." })}>
        Ask
      </button>
      <output>{problem || said}</output>
      <input defaultValue="" onClick={clear} />
    </>
  );
}

/** Renders a button that calls `action`, presses the button once, and returns what the page then shows. */
async function ask(action: () => Promise<Answer<string>>, rereads = true) {
  const done: string[] = [];
  let refreshes = 0;
  const router = { refresh: () => void refreshes++ } as never;
  const { place } = await draw(
    <AppRouterContext.Provider value={router}>
      <Boundary>
        <Asking action={action} onDone={(value) => done.push(value)} refreshes={rereads} />
      </Boundary>
    </AppRouterContext.Provider>,
  );
  const button = place.querySelector("button");
  await act(async () => button?.click());
  return {
    place,
    done,
    button,
    refreshes: () => refreshes,
    said: () => place.querySelector("output")?.textContent,
  };
}

it("passes on the answer, and rereads the page", async () => {
  const { done, said, refreshes } = await ask(async () => ({ ok: true, value: "made" }));
  expect([done, said(), refreshes()]).toEqual([["made"], "Asked.", 1]);
});

it.each([
  [200, 1],
  [503, 0],
])(
  "shows the server's reason for a refusal; the page is reread if the portal can (%i: %i)",
  async (status, count) => {
    vi.stubGlobal("fetch", async () => new Response("{}", { status }));
    const { done, said, refreshes } = await ask(async () => ({ ok: false, message: "You are a viewer." }));
    expect([done, said(), refreshes()]).toEqual([[], "You are a viewer.", count]);
  },
);

it("says that the portal could not be reached, and doesn't reread the page", async () => {
  const { done, said, button, refreshes } = await ask(async () => {
    throw new TypeError("Failed to fetch");
  });
  expect([done, said(), refreshes()]).toEqual([[], "The portal could not be reached. Try again.", 0]);
  expect(button?.disabled).toBe(false);
});

it.each([true, false])(
  "is busy until there is an answer, and then no more (rereads: %s)",
  async (rereads) => {
    const { promise, resolve } = Promise.withResolvers<Answer<string>>();
    const { button, refreshes } = await ask(() => promise, rereads);
    expect(button?.disabled).toBe(true);
    await act(async () => resolve({ ok: true, value: "" }));
    expect(button?.disabled).toBe(false);
    expect(refreshes()).toBe(rereads ? 1 : 0);
  },
);

it.each([true, false])("lets a redirect go on its way (rereads: %s)", async (rereads) => {
  const { place } = await ask(async () => redirect("/sign-in"), rereads);
  expect(place.textContent).toMatch(/^NEXT_REDIRECT;.*\/sign-in/);
});

it("clears the last message while it runs again, so that the same words are announced again", async () => {
  const { promise, resolve } = Promise.withResolvers<Answer<string>>();
  const answers = [Promise.resolve<Answer<string>>({ ok: true, value: "" }), promise];
  const { button, said } = await ask(() => answers.shift() ?? promise);
  expect(said()).toBe("Asked.");
  await act(async () => button?.click());
  expect(said()).toBe("");
  await act(async () => resolve({ ok: true, value: "" }));
  expect(said()).toBe("Asked.");
});

it.each<Answer<string>>([
  { ok: true, value: "" },
  { ok: false, message: "Not that." },
])("drops its message once the person goes on (%o)", async (answer) => {
  const { place, said } = await ask(async () => answer);
  expect(said()).toBe(answer.ok ? "Asked." : "Not that.");
  await act(async () => place.querySelector("input")?.click());
  expect(said()).toBe("");
});

it.each([sessionEnded, ...Object.values(notForReader)])(
  "doesn't reread a page that would be replaced, and keeps what it says (%s)",
  async (message) => {
    const { said, refreshes } = await ask(async () => ({ ok: false, message }));
    expect([said(), refreshes()]).toEqual([message, 0]);
    pageState.settle();
  },
);

it("says that the page is older than the portal, and from then on leaves the page as it is", async () => {
  const { said } = await ask(async () => {
    throw new UnrecognizedActionError("not found on the server");
  });
  expect(said()).toMatch(/PocketSOC was updated since this page was opened.*Reload/);
  // rereading would load the page anew, without what the person typed
  const later = await ask(async () => ({ ok: true, value: "made" }));
  expect([later.said(), later.refreshes()]).toEqual(["Asked.", 0]);
});
