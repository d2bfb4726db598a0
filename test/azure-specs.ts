import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";

type Schema = Record<string, unknown>;
type Ajvs = InstanceType<typeof Ajv>;

/**
 * Lists where `value` violates a definition of Microsoft's specifications (azure-rest-api-specs). `folder` contains the
 * specifications' files. A key that the definition doesn't name counts as a violation.
 */
export function offences(folder: string, file: string, definition: string, value: unknown): string[] {
  const ajv: Ajvs = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  const read = (path: string) => {
    const schema = JSON.parse(readFileSync(join(folder, path), "utf8")) as Schema;
    const definitions = (schema.definitions ?? {}) as Record<string, Schema>;
    // the specifications declare `Object` as an object but mean any JSON
    return { ...schema, definitions: { ...definitions, ...("Object" in definitions ? { Object: {} } : {}) } };
  };
  const add = (path: string) => {
    if (ajv.getSchema(`specs:/${path}#`)) return;
    const schema = read(path);
    ajv.addSchema(schema, `specs:/${path}`);
    // only references with a fragment: the others are examples
    for (const [, other = ""] of JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+\.json)#/g))
      add(join(dirname(path), other));
  };
  add(file);
  const validate = ajv.compile({ $ref: `specs:/${file}#/definitions/${definition}` });
  validate(value);
  const errors = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message ?? ""}`,
  );
  return [...errors, ...unknownKeys(read, file, `#/definitions/${definition}`, value, "")];
}

function unknownKeys(
  read: (path: string) => Schema,
  file: string,
  pointer: string,
  value: unknown,
  at: string,
): string[] {
  const follow = (from: string, ref: string) => {
    const [path = "", fragment = ""] = ref.split("#");
    const target = path ? join(dirname(from), path) : from;
    const keys = fragment.split("/").filter(Boolean);
    return {
      file: target,
      schema: keys.reduce<unknown>((held, key) => (held as Schema)[key], read(target)) as Schema,
    };
  };
  type Where = { file: string; schema: Schema };
  const resolve = ({ file: from, schema }: Where): Where =>
    typeof schema.$ref === "string" ? resolve(follow(from, schema.$ref)) : { file: from, schema };
  const properties = (where: Where): Map<string, Where> => {
    const { file: from, schema } = resolve(where);
    const inherited = ((schema.allOf ?? []) as Schema[]).flatMap((base) => [
      ...properties({ file: from, schema: base }),
    ]);
    const own = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    return new Map([
      ...inherited,
      ...own.map(([key, property]): [string, Where] => [key, { file: from, schema: property }]),
    ]);
  };
  const walk = (where: Where, held: unknown, path: string): string[] => {
    const { file: from, schema } = resolve(where);
    if (Array.isArray(held))
      return held.flatMap((item, index) =>
        walk({ file: from, schema: schema.items as Schema }, item, `${path}/${index}`),
      );
    if (typeof held !== "object" || held === null) return [];
    const known = properties({ file: from, schema });
    const any = schema.additionalProperties;
    return Object.entries(held).flatMap(([key, inner]) => {
      const next = known.get(key) ?? (typeof any === "object" ? { file: from, schema: any as Schema } : null);
      if (next) return walk(next, inner, `${path}/${key}`);
      // a definition without properties allows any
      return known.size === 0 || any === true ? [] : [`${path}/${key} is not known`];
    });
  };
  return walk({ file, schema: { $ref: pointer } }, value, at);
}
