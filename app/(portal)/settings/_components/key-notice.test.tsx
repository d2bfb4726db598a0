// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { KeyNotice } from "./key-notice.tsx";

type Standing = Parameters<typeof KeyNotice>[0]["standing"];
const oneKey: Standing = { firstId: "k2", earlier: [], missing: [], missingWords: [] };
const shown = async (standing: Partial<Standing>) =>
  (await draw(<KeyNotice standing={{ ...oneKey, ...standing }} />)).place.textContent;

it("says which encryption key is still needed, which isn't, and which is missing", async () => {
  expect(await shown({})).toBe("");
  expect(await shown({ earlier: [{ id: "k1", isNeeded: true }] })).toMatch(
    /“k2” seals everything new\. “k1” is still needed/,
  );
  expect(await shown({ earlier: [{ id: "k1", isNeeded: false }] })).toMatch(
    /Nothing of your organisation needs “k1” any more/,
  );
  expect(await shown({ missing: ["webhook-token-hash"], missingWords: ["webhook URLs"] })).toMatch(
    /^An encryption key is missingNo key of this installation opens webhook URLs/,
  );
});
