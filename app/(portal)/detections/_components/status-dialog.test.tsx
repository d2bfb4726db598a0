// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { StatusDialog } from "./status-dialog.tsx";

const every = ["active", "in_progress", "dismissed", "resolved"] as const;
const transitions = { active: every, in_progress: every, dismissed: every, resolved: every, unknown: [] };

it("leaves the focus with who writes a note while the feed is read anew", async () => {
  // each look at the feed brings a list of its own
  const dialog = () => (
    <StatusDialog
      subjects={[
        { id: "one", title: "Sign-in from Tor", status: "active", pendingStatus: null, vendor: "any" },
      ]}
      transitions={{ any: transitions }}
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
