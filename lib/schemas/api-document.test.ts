import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { apiDocument } from "./api-document.ts";
import { examples } from "./api-examples.ts";
import { type Operation, operationIds, operations } from "./api-operations.ts";

type Content = { schema: object; example?: unknown };
type Described = {
  operationId: string;
  requestBody?: { content: { "application/json": Content } };
  responses: Record<string, { content: Record<string, Content> }>;
};
const document = apiDocument("session") as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object> };
};
const ajv = addFormats.default(new Ajv2020({ strict: false, validateSchema: false }));
ajv.addSchema(document, "openapi");
/** Validates a value against a schema of the OpenAPI document. Returns the errors, or null if the value is valid. */
function misfit(schema: object, value: unknown): unknown {
  const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object;
  const validate = ajv.compile(whole);
  return validate(value) ? null : validate.errors;
}

const routes = readdirSync("app/api/v1", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("route.ts"))
  .map((file) => `/api/v1/${file.replace(/\/?route\.ts$/, "").replaceAll(/\[(\w+)\]/g, "{$1}")}`);

describe("the OpenAPI document", () => {
  it("contains exactly the existing routes", () => {
    const open = ["/api/v1/openapi.json", "/api/v1/[[...rest]]"];
    expect(routes.filter((route) => !open.includes(route)).toSorted()).toEqual(
      Object.keys(document.paths).toSorted(),
    );
  });

  it("matches the routes, each of which uses the operations of its path by name", () => {
    for (const id of operationIds) {
      const { path } = operations[id];
      const file = join("app", `${path.replaceAll("{", "[").replaceAll("}", "]")}`, "route.ts");
      expect([id, existsSync(file) && readFileSync(file, "utf8").includes(`  ${id}: `)]).toEqual([id, true]);
    }
  });

  it("has no dangling references", () => {
    const text = JSON.stringify(document);
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toContain("$defs");
    expect(text).not.toContain("$schema");
  });

  it.each(operationIds)("has examples of %s that are valid against its schemas", (id) => {
    const operation: Operation = operations[id];
    const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
    expect(described?.operationId).toBe(id);
    const { content = {} } = described?.responses[operation.status] ?? {};
    const [mediaType = ""] = operation.mediaTypes;
    expect(Object.keys(content)).toEqual(operation.mediaTypes);
    const good = content[mediaType];
    expect(misfit(good?.schema ?? {}, good?.example)).toBeNull();
    expect(operation.response.parse(examples[id].response)).toEqual(examples[id].response);
    const body = described?.requestBody?.content["application/json"];
    expect(body !== undefined).toBe(operation.body !== null);
    if (!body || !operation.body) return;
    expect(misfit(body.schema, body.example)).toBeNull();
    expect(operation.body.parse(body.example)).toEqual(examples[id].body);
  });

  it("rejects what its schemas don't allow", () => {
    const { response } = operations.listConfigurations;
    const [item] = examples.listConfigurations.response.items;
    const leaky = { items: [{ ...item, clientSecret: "canary" }], more: 1 };
    expect(response.parse(leaky)).toEqual(examples.listConfigurations.response);
    expect(misfit({ $ref: "#/components/schemas/ApiConfigurationList" }, leaky)).not.toBeNull();
  });
});
