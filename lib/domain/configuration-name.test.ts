import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfigurationEdit } from "#lib/schemas/configuration.ts";
import { nameOfOneOfSeveral } from "./configuration-name.ts";

const id = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";

it("tells them apart by the subscription's name, or by its id where there is none or no room", () => {
  expect(nameOfOneOfSeveral("Contoso", { id, name: "Production" })).toBe("Contoso (Production)");
  expect(nameOfOneOfSeveral("Contoso", { id, name: null })).toBe("Contoso (11c0ffee)");
  expect(nameOfOneOfSeveral("x".repeat(60), { id, name: "Production of all of Europe" })).toBe(
    `${"x".repeat(60)} (11c0ffee)`,
  );
  expect(nameOfOneOfSeveral("x".repeat(80), { id, name: null })).toBe(`${"x".repeat(69)} (11c0ffee)`);
});

it("is a name that can be saved again when something else of the configuration is edited", () => {
  const edit = { pollIntervalSeconds: "60", secretExpiresOn: "" };
  const typed = fc.string({ unit: "grapheme", minLength: 1 }).filter((displayName) => {
    return ConfigurationEdit.safeParse({ ...edit, displayName }).success;
  });
  fc.assert(
    fc.property(typed, fc.option(typed), (displayName, name) => {
      const made = nameOfOneOfSeveral(displayName.trim(), { id, name: name?.trim() ?? null });
      expect(ConfigurationEdit.parse({ ...edit, displayName: made }).displayName).toBe(made);
    }),
  );
});
