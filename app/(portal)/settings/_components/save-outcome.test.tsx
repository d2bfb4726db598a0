// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { SaveOutcome } from "./save-outcome.tsx";
import type { ConfigurationFormState } from "./use-configuration-form.ts";

const saved = { type: "saved", ids: ["one"], disabled: false };
const step = (scopeId: string, plans: string[]) => ({
  type: "step",
  scopeId,
  step: { id: "plans", label: "Plans", outcome: "passed", detail: "", remedy: null, facts: { plans } },
});
/** The outcome of a check whose last event is `last`, after as many checks as `finished`. */
const outcome = (last: { type: string }, finished: number, steps: object[] = []) => (
  <SaveOutcome
    provider="Acme"
    state={
      {
        saving: { failed: null, busy: false, events: [...steps, last] },
        last,
        saved: last.type === "saved" ? last : null,
        finished,
        submit: () => {},
        retry: () => {},
      } as unknown as ConfigurationFormState
    }
  />
);

it("takes the focus when a check ends, once for each check", async () => {
  const { place, again } = await draw(outcome(saved, 0));
  expect(document.activeElement).toBe(document.body);
  await again(outcome(saved, 1));
  expect(document.activeElement).toBe(place.firstElementChild);
  (document.activeElement as HTMLElement).blur();
  await again(outcome(saved, 1));
  expect(document.activeElement).toBe(document.body);
});

it("leaves the focus in a field with a message, and while the page leaves for a sign-in", async () => {
  const { again } = await draw(outcome(saved, 0));
  await again(
    outcome(
      { type: "invalid", message: "", fields: { name: "Used" }, existingId: null } as object as {
        type: string;
      },
      1,
    ),
  );
  await again(outcome({ type: "sign_in" }, 2));
  expect(document.activeElement).toBe(document.body);
});

it("promises alerts unless no plan of any scope is on", async () => {
  const { place, again } = await draw(outcome(saved, 1, [step("a", []), step("b", ["Servers"])]));
  expect(place.textContent).toContain("The first alerts are on their way.");
  await again(outcome(saved, 1, [step("a", []), step("b", [])]));
  expect(place.textContent).toContain("No alerts will come yet; the check says why.");
});
