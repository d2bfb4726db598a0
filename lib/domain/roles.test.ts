import { describe, expect, it } from "vitest";
import { permissions } from "#test/permissions.ts";
import { roleAllows, roleLabel, roleMeaning, roles } from "./roles.ts";
import { Role } from "./words.ts";

describe("roles", () => {
  it("have exactly these permissions", () => {
    const allowed = Object.fromEntries(
      roles.map((role) => [role, permissions.filter((permission) => roleAllows(role, permission))]),
    );
    expect(allowed).toEqual({
      admin: ["detections.read", "detections.triage", "detections.export", "settings.own", "settings.manage"],
      analyst: ["detections.read", "detections.triage", "detections.export", "settings.own"],
      viewer: ["detections.read", "settings.own"],
    });
  });

  it("each have a name and a meaning", () => {
    for (const role of roles) expect([roleLabel[role], roleMeaning[role]]).not.toContain("");
  });

  it.each(["owner", "Admin", "", "__proto__", null])("don't include %j", (value) => {
    expect(Role.safeParse(value).success).toBe(false);
  });
});
