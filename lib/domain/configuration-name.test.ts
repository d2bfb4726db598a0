import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfigurationEdit } from "#lib/schemas/configuration.ts";
import { nameWithScope } from "./configuration-name.ts";

const id = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";

it("adds the scope's name, or the start of its id if there is no name or no room for it", () => {
  expect(nameWithScope("Contoso", { id, name: "Production" })).toBe("Contoso (Production)");
  expect(nameWithScope("Contoso", { id, name: null })).toBe("Contoso (11c0ffee)");
  expect(nameWithScope("x".repeat(60), { id, name: "Production of all of Europe" })).toBe(
    `${"x".repeat(60)} (11c0ffee)`,
  );
  expect(nameWithScope("x".repeat(80), { id, name: null })).toBe(`${"x".repeat(69)} (11c0ffee)`);
});

it("makes a name that is still valid when the configuration is edited", () => {
  const edit = { pollIntervalSeconds: "60", secretExpiresOn: "" };
  const typed = fc.string({ unit: "grapheme", minLength: 1 }).filter((displayName) => {
    return ConfigurationEdit.safeParse({ ...edit, displayName }).success;
  });
  fc.assert(
    fc.property(typed, fc.option(typed), (displayName, name) => {
      const full = nameWithScope(displayName.trim(), { id, name: name?.trim() ?? null });
      expect(ConfigurationEdit.parse({ ...edit, displayName: full }).displayName).toBe(full);
    }),
  );
});
