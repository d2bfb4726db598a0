// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { neutralWords } from "#lib/domain/vendor-words.ts";
import { draw } from "#test/draw.ts";
import { StatusDialog } from "./status-dialog.tsx";

const every = ["active", "in_progress", "dismissed", "resolved"] as const;
const transitions = { active: every, in_progress: every, dismissed: every, resolved: every, unknown: [] };

it("keeps the focus in the note while the feed is reread", async () => {
  // each reading of the feed brings another list
  const dialog = () => (
    <StatusDialog
      subjects={[
        { id: "one", title: "Sign-in from Tor", status: "active", pendingStatus: null, vendor: "any" },
      ]}
      transitions={{ any: transitions }}
      words={{}}
      preset="resolved"
      noteRequired={["dismissed"]}
      onClose={() => {}}
      onAsk={() => {}}
    />
  );
  const { place, again } = await draw(dialog());
  expect(document.activeElement?.textContent).toBe("Set Resolved");
  const note = place.querySelector("textarea");
  note?.focus();
  await again(dialog());
  expect(document.activeElement).toBe(note);
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
      subjects={[{ id: "one", title: "Any", status: "resolved", pendingStatus: null, vendor: "any" }]}
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
