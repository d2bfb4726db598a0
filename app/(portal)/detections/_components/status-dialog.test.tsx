// @vitest-environment happy-dom
import { act } from "react";
import { describe, expect, it } from "vitest";
import { neutralWords } from "#lib/domain/vendor-words.ts";
import { draw } from "#test/draw.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { Reason } from "#lib/domain/verdict.ts";
import type { Subject } from "./status-choices.tsx";
import { keepNote } from "./kept-notes.ts";
import { type Decision, type Preset, StatusDialog } from "./status-dialog.tsx";

const every = ["active", "in_progress", "dismissed", "resolved"] as const;
const transitions = { active: every, in_progress: every, dismissed: every, resolved: every, unknown: [] };

const subject = (more: Partial<Subject> = {}): Subject => ({
  id: "one",
  title: "Any",
  severity: "medium",
  isSample: false,
  status: "active",
  pendingStatus: null,
  vendor: "any",
  ...more,
});

const resolved: Preset = { to: "resolved" };

it("moves the focus only once while the feed is reread", async () => {
  // each reading of the feed brings another list
  const dialog = () => (
    <StatusDialog
      subjects={[subject({ title: "Sign-in from Tor" })]}
      transitions={{ any: transitions }}
      words={{}}
      preset={resolved}
      noteRequired={["dismissed"]}
      onClose={() => {}}
      onAsk={() => {}}
    />
  );
  const { place, again } = await draw(dialog());
  expect(document.activeElement).toBe(place.querySelector("textarea"));
  const cancel = [...place.querySelectorAll("button")].find(({ textContent }) => textContent === "Cancel");
  cancel?.focus();
  await again(dialog());
  expect(document.activeElement).toBe(cancel);
});

it("says from which status another one can be reached, as each vendor allows it", async () => {
  const narrow = {
    active: ["resolved"],
    in_progress: [],
    dismissed: [],
    resolved: ["active"],
    unknown: [],
  } as const;
  const { place } = await draw(
    <StatusDialog
      subjects={[subject({ status: "resolved" })]}
      transitions={{ any: { ...narrow, active: ["resolved", "dismissed"] } }}
      words={{ any: { ...neutralWords, provider: "Paper" } }}
      preset={null}
      noteRequired={[]}
      onClose={() => {}}
      onAsk={() => {}}
    />,
  );
  const said = [...place.querySelectorAll("label")].map(({ textContent }) => textContent ?? "");
  expect(said.find((text) => text.startsWith("In Progress"))).toContain("Paper has no such status");
  expect(said.find((text) => text.startsWith("Dismissed"))).toContain(
    "Paper allows this only from Active. Set it to Active first.",
  );
  expect(said.find((text) => text.startsWith("Resolved"))).toContain("Current status");
});

/** Draws the dialog as the key of `preset` opens it, and returns how to press a key and what was asked for. */
async function opened(
  to: TargetStatus | null,
  {
    noteRequired = [] as TargetStatus[],
    more = {} as Partial<Subject>,
    reason = undefined as Reason | undefined,
    isVerdict = false,
  } = {},
) {
  const asked: Decision[] = [];
  const preset = to
    ? { to, ...(reason ? { reason } : {}), ...(isVerdict ? { isVerdict: true as const } : {}) }
    : null;
  const { place } = await draw(
    <StatusDialog
      subjects={[subject({ ...(to === "active" ? { status: "resolved" } : {}), ...more })]}
      transitions={{ any: transitions }}
      words={{}}
      preset={preset}
      noteRequired={noteRequired}
      onClose={() => {}}
      onAsk={(decision) => asked.push(decision)}
    />,
  );
  const press = (more: KeyboardEventInit = {}) =>
    act(async () => {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...more }),
      );
    });
  return { place, asked, press };
}

describe("a status chosen by a key", () => {
  it.each([
    ["active", null],
    ["in_progress", null],
    ["resolved", "remediated"],
  ] as const)("%s: what is typed next lands in the note, and Enter sends", async (to, reason) => {
    const { place, asked, press } = await opened(to);
    expect(document.activeElement).toBe(place.querySelector("textarea"));
    await press({ shiftKey: true });
    await press({ repeat: true });
    await press({ isComposing: true });
    await press({ key: " " });
    expect(asked).toEqual([]);
    await press();
    expect(asked).toEqual([{ to, reason, note: "" }]);
  });

  it("that the alert has already is only asked for with a verdict", async () => {
    const closed = { status: "dismissed", severity: "high" } as const;
    const plain = await opened("dismissed", { more: closed });
    expect(plain.place.querySelector("input:checked")).toBeNull();
    const { asked, press, place } = await opened("dismissed", { more: closed, isVerdict: true });
    expect(place.querySelector("button[type=submit]")?.textContent).toBe("Change verdict");
    await press({ key: "2" });
    await press();
    // it is closed already, so no words are needed
    expect(asked).toEqual([{ to: "dismissed", reason: "false_positive", note: "" }]);
    const confirmed = await opened("in_progress", { more: { status: "in_progress" }, reason: "confirmed" });
    await confirmed.press();
    expect(confirmed.asked).toEqual([{ to: "in_progress", reason: "confirmed", note: "" }]);
  });

  it("Dismissed: a digit selects the reason, and only Enter sends", async () => {
    const { place, asked, press } = await opened("dismissed", { noteRequired: ["dismissed"] });
    expect(document.activeElement?.tagName).toBe("FIELDSET");
    await press();
    expect([asked, place.querySelector("[role=alert]")?.textContent]).toEqual([
      [],
      "Choose why it is dismissed.",
    ]);
    await press({ key: "2", repeat: true });
    await press({ key: "7" });
    await press();
    expect(asked).toEqual([]);
    await press({ key: "2" });
    await press({ key: "1" });
    expect(asked).toEqual([]);
    await press();
    expect(asked).toEqual([{ to: "dismissed", reason: "expected", note: "" }]);
  });

  it("Undetermined needs words", async () => {
    const { place, asked, press } = await opened("dismissed");
    await press({ key: "4" });
    await press();
    expect([asked, place.querySelector("[role=alert]")?.textContent]).toEqual([
      [],
      "Say in the note what you looked at.",
    ]);
  });

  it.each(["high", "unknown"] as const)(
    "a %s alert is closed only with words, by any key",
    async (severity) => {
      for (const to of ["resolved", "dismissed"] as const) {
        const { place, asked, press } = await opened(to, { more: { severity } });
        if (to === "dismissed") await press({ key: "2" });
        for (let times = 0; times < 3; times++) await press();
        expect([to, asked]).toEqual([to, []]);
        expect(place.querySelector("[role=alert]")?.textContent).toContain("say in the note why");
      }
    },
  );

  it("a true positive is confirmed without closing it, a High too", async () => {
    const { place, asked, press } = await opened("in_progress", {
      more: { severity: "high" },
      reason: "confirmed",
    });
    expect(place.querySelector("button[type=submit]")?.textContent).toBe("Confirm true positive");
    await press();
    expect(asked).toEqual([{ to: "in_progress", reason: "confirmed", note: "" }]);
  });
});

it("sends a note of a dialog opened by a button with Ctrl+Enter only", async () => {
  const { place, asked, press } = await opened(null);
  await act(async () => place.querySelectorAll<HTMLInputElement>("input[type=radio]")[3]?.click());
  place.querySelector("textarea")?.focus();
  await press();
  expect(asked).toEqual([]);
  await press({ ctrlKey: true });
  expect(asked).toHaveLength(1);
});

it("says how many of several can be changed, and why the rest can't", async () => {
  const { place } = await draw(
    <StatusDialog
      subjects={[
        subject({ id: "one", title: "Coin miner" }),
        subject({ id: "two", title: "Sign-in from Tor", pendingStatus: "resolved" }),
        subject({ id: "three", title: "Port scan", status: "resolved" }),
      ]}
      transitions={{ any: { ...transitions, active: ["resolved"], resolved: ["active"] } }}
      words={{}}
      preset={null}
      noteRequired={[]}
      onClose={() => {}}
      onAsk={() => {}}
    />,
  );
  expect(place.querySelector("h2")?.textContent).toBe("Change status of 2 detections");
  expect(place.textContent).toContain("2 of 3 can be changed");
  expect(place.textContent).toContain("“Sign-in from Tor”: Another change is on its way.");
  expect(place.textContent).not.toContain("“Port scan”");
  expect(place.textContent).toContain("Afterwards only Active is possible.");
  await act(async () => place.querySelector<HTMLInputElement>("input[value=resolved]")?.click());
  expect(place.textContent).toContain("1 of 3 can be changed");
  expect(place.textContent).toContain("“Port scan”: Already Resolved.");
});

it("offers the note of a change that wasn't stored again, for the same detections only", async () => {
  const noteOf = async (...ids: string[]) => {
    const { place } = await draw(
      <StatusDialog
        subjects={ids.map((id) => subject({ id }))}
        transitions={{ any: transitions }}
        words={{}}
        preset={null}
        noteRequired={[]}
        onClose={() => {}}
        onAsk={() => {}}
      />,
    );
    return place.querySelector("textarea")?.value;
  };
  keepNote(["b", "a"], "seen with the owner");
  expect([await noteOf("a", "b"), await noteOf("a")]).toEqual(["seen with the owner", ""]);
  keepNote(["a", "b"], "");
  expect(await noteOf("a", "b")).toBe("");
});
