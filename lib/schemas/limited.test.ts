import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { registry } from "#lib/vendors/registry.ts";
import { ApiTokenInput } from "./api-token.ts";
import { formFields } from "./common-fields.ts";
import { configurationInput, replaceSecretInput } from "./configuration.ts";
import { setStatusInput } from "./detections.ts";
import { DeviceName } from "./device.ts";
import { Guid } from "./guid.ts";
import { limited, nameText } from "./limited.ts";
import { ruleOf, text } from "./vendor-field.ts";

/**
 * Texts on which a careless check works for minutes at 1 MB: one character over and over, with and without another one after
 * it, because an expression that wants the text's end begins anew at each character only if the end is another one. The first
 * length costs such a check seconds only.
 */
const hostile = [60_000, 1_000_000].map((length) =>
  ["=", " ", "a", "[", "%", "\0", "a,", "=\0"].flatMap((unit) => {
    const text = unit.repeat(length / unit.length);
    return [text, `${text.slice(0, -1)}\u0001`];
  }),
);

/** schemas that a function of this folder builds, by the function's name */
const built: Record<string, z.ZodType[]> = {
  configurationInput: registry.map(({ manifest }) => configurationInput(manifest)),
  replaceSecretInput: registry.map(({ manifest }) => replaceSecretInput(manifest)),
  ruleOf: registry.flatMap(({ manifest }) =>
    formFields(manifest).map((field) => ruleOf(field, manifest.words)),
  ),
  setStatusInput: [setStatusInput(["dismissed"])],
  Guid: [Guid("Tenant ID", "the console")],
  text: [text("Display Name", 100)],
  limited: [limited(10, "Too long.").refine((value) => value.replace(/(=+)+$/, "") === "")],
  nameText: [nameText(10, "Empty.", "Too long.")],
};
/** exported functions that build no schema */
const others = ["fieldErrors", "fieldMessages", "apiDocument", "fieldsToFix", "isAsked", "isOfCredential"];
others.push("entriesOf", "statusesOf", "formFields");

/**
 * Returns the exported schemas of this folder, those of the API's operations, and the built ones, by name. Throws if an
 * exported function is neither known to build schemas nor listed as another.
 */
async function allSchemas(): Promise<[string, z.ZodType][]> {
  const found: [string, z.ZodType][] = [];
  const collect = (name: string, value: unknown): void => {
    if (value instanceof z.ZodType) found.push([name, value]);
    else if (typeof value === "object" && value !== null)
      for (const [key, part] of Object.entries(value))
        if (typeof part !== "function") collect(`${name}.${key}`, part);
  };
  const files = readdirSync(import.meta.dirname).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of files)
    for (const [name, value] of Object.entries((await import(/* @vite-ignore */ `./${file}`)) as object)) {
      const isFunction = typeof value === "function";
      if (isFunction && !built[name] && !others.includes(name)) throw new Error(`${file}: what is ${name}?`);
      collect(`${file} ${name}`, isFunction ? built[name] : (value as unknown));
    }
  return found;
}

type Schema = z.core.$ZodType;
/** What a schema is made of; which parts there are depends on `type`. */
type Parts = {
  type: string;
  shape: Record<string, Schema>;
  element: Schema;
  items: Schema[];
  options: Schema[];
  in: Schema;
  innerType: Schema;
  entries: Record<string, unknown>;
  values: unknown[];
};

/**
 * Returns a value that has the shape of a schema, with `filler` for every text and for every value of unknown kind. A union has
 * the shape of its option number `choice`, or of its last.
 */
function shaped(schema: Schema, filler: string, choice: number): unknown {
  const { type, ...parts } = schema._zod.def as unknown as Parts;
  switch (type) {
    case "object":
      return Object.fromEntries(
        Object.entries(parts.shape).map(([key, part]) => [key, shaped(part, filler, choice)]),
      );
    case "array":
      return [shaped(parts.element, filler, choice)];
    case "tuple":
      return parts.items.map((item) => shaped(item, filler, choice));
    case "union":
      return shaped(parts.options[Math.min(choice, parts.options.length - 1)] as Schema, filler, choice);
    case "pipe":
      return shaped(parts.in, filler, choice);
    case "optional":
    case "nullable":
    case "default":
    case "catch":
    case "prefault":
    case "readonly":
      return shaped(parts.innerType, filler, choice);
    case "enum":
      return Object.values(parts.entries)[0];
    case "literal":
      return parts.values[0];
    case "boolean":
      return true;
    case "number":
      return 1;
    default:
      return filler;
  }
}

/** Returns an input for a schema. A vendor's form takes its fields besides those that its schema names. */
function inputFor(name: string, schema: z.ZodType, filler: string, choice: number): unknown {
  const value = shaped(schema, filler, choice);
  if (!name.includes("configurationInput")) return value;
  const fields = registry.flatMap(({ manifest }) => formFields(manifest).map(({ id }) => [id, filler]));
  return {
    ...Object.fromEntries(fields),
    ...(value as object),
    authType: registry[0]?.manifest.authTypes[0]?.id,
    credentialId: null,
  };
}

it("answers within a second whatever its texts are, and never quotes a long text", async () => {
  const schemas = await allSchemas();
  expect(schemas.length).toBeGreaterThan(40);
  const bad = new Map<string, string>();
  for (const fillers of hostile)
    for (const [name, schema] of schemas)
      for (const filler of fillers)
        for (const choice of [0, 1]) {
          // the longer texts would keep this test for minutes
          if (bad.has(name)) continue;
          const before = process.cpuUsage();
          const { error } = schema.safeParse(inputFor(name, schema, filler, choice));
          // processor time, because the machine may be busy with something else
          const usedMs = process.cpuUsage(before).user / 1_000;
          const length = error?.message.length ?? 0;
          if (usedMs > 1_000 || length > 10_000)
            bad.set(name, `${JSON.stringify(filler.slice(0, 2))}: ${usedMs} ms, ${length} characters`);
        }
  expect([...bad]).toEqual([]);
}, 120_000);

it("stops at a text that is too long: no later check sees it", () => {
  const seen: string[] = [];
  const schema = limited(5, "Too long.").refine((value) => seen.push(value) > 0);
  expect(schema.safeParse("123456").error?.issues.map(({ message }) => message)).toEqual(["Too long."]);
  expect(seen).toEqual([]);
  expect(schema.safeParse("12345").success).toBe(true);
});

it("counts what `base` leaves of a text", () => {
  const schema = limited(3, undefined, z.string().trim());
  expect(schema.parse("  abc  ")).toBe("abc");
  expect(schema.safeParse("abcd").success).toBe(false);
});

it("makes a name one line in which everything shows", () => {
  const name = nameText(40, "Empty.", "Too long.");
  expect(name.parse(" Ana\u202e\tPhone\u00ad ")).toBe("Ana⟨U+202E⟩ Phone⟨U+00AD⟩");
  expect(name.safeParse("  ").error?.issues[0]?.message).toBe("Empty.");
});

it("makes everything show in whatever a person names or notes, or refuses it", () => {
  const hidden = "Ana\u202eb";
  const shown = "Ana⟨U+202E⟩b";
  expect(DeviceName.parse(hidden)).toBe(shown);
  expect(ApiTokenInput.parse({ name: hidden, scopes: ["read"], expiresInDays: 1 }).name).toBe(shown);
  const items = [{ id: "0190f6f0-1111-7222-8333-444455556666", expected: "active" }];
  expect(setStatusInput([]).parse({ items, to: "resolved", note: hidden }).note).toBe(shown);
  expect(text("Display Name", 100).safeParse(hidden).success).toBe(false);
});
