import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { registry as product } from "#lib/vendors/registry.ts";
import { registry as both } from "./paper-vendor/registry.ts";

/** The contents of all files of the build. */
const built = ["server", "static"]
  .map((folder) => join(".next", folder))
  .filter(existsSync)
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
const isIn = (text: string) => built.some((content) => content.includes(text));

it("a build holds the vendors of the registry, and nothing of the paper vendor", () => {
  const ids = product.map(({ manifest }) => manifest.id);
  const others = both.filter(({ manifest }) => !ids.includes(manifest.id));
  expect(others).toHaveLength(1);
  for (const { manifest, settings } of product)
    for (const text of [manifest.id, manifest.label, ...(settings?.names ?? [])])
      expect([text, isIn(text)]).toEqual([text, true]);
  for (const { manifest, settings } of others)
    for (const text of [manifest.id, manifest.label, manifest.words.console, ...(settings?.names ?? [])])
      expect([text, isIn(text)]).toEqual([text, false]);
});

it("a build has the key that earlier builds had, so that pages opened before an update can still act", () => {
  const { encryptionKey } = JSON.parse(
    readFileSync(".next/server/server-reference-manifest.json", "utf8"),
  ) as { encryptionKey?: string };
  expect(encryptionKey).toBe(
    process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ??
      readFileSync(join(".pocketsoc", "server-actions.key"), "utf8"),
  );
});
