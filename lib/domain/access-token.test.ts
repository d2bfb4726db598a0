import { expect, it } from "vitest";
import { permissionsOf } from "./access-token.ts";

it("includes reading in triage, and nothing but reading in read", () => {
  expect(permissionsOf(["read"])).toEqual(["detections.read"]);
  expect(permissionsOf(["triage"])).toEqual(["detections.read", "detections.triage"]);
  expect(permissionsOf(["read", "triage"])).toEqual(["detections.read", "detections.triage"]);
  expect(permissionsOf([])).toEqual([]);
});
