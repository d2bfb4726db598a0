import { expect, it } from "vitest";
import type { PushedAlert } from "#lib/vendors/contract.ts";
import type { ConfigurationAccess } from "../access.ts";
import { isHidden } from "./get.ts";

const open = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const closed = "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02";
const access = [
  { configuration: { id: "a", subscriptionId: open }, readable: true },
  { configuration: { id: "b", subscriptionId: closed }, readable: false },
] as ConfigurationAccess[];
const [mine, theirs] = access;
const alertOf = (scopeId: string) => ({ scopeId }) as PushedAlert;

it("a body is shown to who may see every configuration that it names", () => {
  expect(isHidden(access, mine, `/subscriptions/${open}/x`, [alertOf(open)])).toBe(false);
  expect(isHidden(access, undefined, "{ not json", [])).toBe(false);
  expect(isHidden(access.slice(0, 1), mine, `${closed}`, [alertOf(open), alertOf(closed)])).toBe(false);
});

it("a body is hidden when any alert in it is of a configuration that one may not see", () => {
  expect(isHidden(access, theirs, "", [alertOf(closed)])).toBe(true);
  expect(isHidden(access, mine, "", [alertOf(open), alertOf(closed)])).toBe(true);
});

it("a body that can't be read, or belongs to nobody, is hidden by what its text names", () => {
  expect(isHidden(access, undefined, `{ cut off: ${closed.toUpperCase()}`, [])).toBe(true);
});
