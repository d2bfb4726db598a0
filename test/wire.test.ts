import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { payloadOf } from "#lib/alerting/delivery/payload.ts";
import { scopes } from "#lib/domain/access-token.ts";
import { outgoingStates, outgoingTypes } from "#lib/domain/outgoing.ts";
import { tokenText } from "#lib/domain/token-text.ts";
import { apiDocument } from "#lib/schemas/api-document.ts";
import { registry } from "#lib/vendors/registry.ts";

type Schema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
};

/** Reduces a schema to the names and values that clients rely on. Descriptions are left out. */
function shapeOf(schema: Schema): unknown {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return schema.anyOf.map((part) => shapeOf(part));
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, part]) => [
        schema.required?.includes(name) ? name : `${name}?`,
        shapeOf(part),
      ]),
    );
  if (schema.items) return { listOf: shapeOf(schema.items) };
  if (typeof schema.additionalProperties === "object") return { mapOf: shapeOf(schema.additionalProperties) };
  return schema.enum ?? schema.const ?? schema.format ?? schema.type ?? "anything";
}

function apiShape(): unknown {
  const { paths, components } = apiDocument("session") as {
    paths: Record<
      string,
      Record<
        string,
        { operationId: string; parameters?: { name: string; schema: Schema }[]; responses: object }
      >
    >;
    components: { schemas: Record<string, Schema> };
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], responses }]) => ({
      operation: `${method.toUpperCase()} ${path}`,
      operationId,
      parameters: Object.fromEntries(parameters.map(({ name, schema }) => [name, shapeOf(schema)])),
      statuses: Object.keys(responses),
    })),
  );
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, shapeOf(schema)]);
  return { operations, schemas: Object.fromEntries(schemas) as object };
}

/**
 * Lists the addresses that other programs call, from the folders of the router. Addresses below `feed`, `session` and
 * `settings` are left out, because only our own pages call them, and so are those that only refuse.
 */
const addresses = (): string[] =>
  readdirSync("app/api", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("route.ts"))
    .map((path) => `/api/${path.replace(/\/route\.ts$/, "")}`)
    .filter((address) => !/^\/api\/(feed\b|session\b|settings\b|unreadable$|fixed$|\[)/.test(address))
    .toSorted();

/** settings that only our own scripts use, to tell each other something */
const internalSettings = ["POCKETSOC_DEMO", "POCKETSOC_STATE_DIR", "POCKETSOC_TYPES_CHECKED"];

/** Returns the names of the settings that our programs read. */
function settings(): string[] {
  const files = ["lib", "db", "scripts", "programs"].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
      .map((path) => `${room}/${path}`),
  );
  const names = files.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/\b((?:POCKETSOC|DATABASE|AZURE)_[A-Z_]+[A-Z])\b/g),
  ]);
  return [...new Set(names.map(([, name]) => name ?? ""))]
    .filter((name) => !internalSettings.includes(name))
    .toSorted();
}

const cookies = () =>
  [...readFileSync("lib/auth/cookies.ts", "utf8").matchAll(/"((?:__Host-)?pocketsoc\.[a-z-]+)"/g)]
    .map(([, name]) => name ?? "")
    .toSorted();

const push = JSON.parse(
  payloadOf(
    "https://soc.example",
    {
      title: "title",
      shortTitle: "",
      body: "body",
      path: "/detections/id",
      tag: "tag",
      canAcknowledge: true,
    },
    "receipt",
  ),
) as object;

const tokenPrefixes = (["access", "webhook"] as const).map((kind) => {
  const text = tokenText(kind, new Uint8Array(32));
  return text.slice(0, text.indexOf("_") + 1);
});

it("names that have left the process keep their spelling (docs/wire.md)", async () => {
  const wire = {
    addresses: addresses(),
    webhooks: registry.flatMap(({ manifest }) => manifest.webhook?.id ?? []),
    api: apiShape(),
    scopes,
    tokenPrefixes,
    push,
    outgoing: { types: outgoingTypes, states: outgoingStates },
    settings: settings(),
    cookies: cookies(),
  };
  await expect(
    `${JSON.stringify(wire, null, 2)}\n`,
    "Something that others rely on changed. Take a removal or a rename back; if you only added something, update test/wire.json as docs/wire.md says, and review its diff",
  ).toMatchFileSnapshot("wire.json");
});

it("docs/wire.md lists every setting, cookie, event type, scope and address", () => {
  const page = readFileSync("docs/wire.md", "utf8");
  const fixed = addresses().filter((address) => !/\[|\/api\/v1/.test(address));
  const named = [...settings(), ...cookies(), ...fixed, ...outgoingTypes, ...scopes];
  expect(named.filter((name) => !page.includes(name))).toEqual([]);
});
