import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";
import addFormats from "ajv-formats";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { secrets } from "./helpers.ts";

type Described = { operationId: string; responses: Record<string, { content: Record<string, unknown> }> };
type OpenApi = { paths: Record<string, Record<string, Described>> };
type Call = {
  method?: string;
  headers?: Record<string, string>;
  /** the body, which is sent as JSON unless it is already a text or bytes */
  body?: unknown;
};
type Answer = { status: number; headers: Record<string, string>; text: string; body: Json };
// oxlint-disable-next-line typescript/no-explicit-any -- its type is in the document
export type Json = any;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/**
 * Checks every answer of the API against the portal's OpenAPI document. `seen` contains each of the document's answers that
 * has occurred.
 */
export class Contract {
  readonly document: OpenApi;
  readonly seen = new Set<string>();
  private readonly ajv = addFormats.default(new Ajv2020({ strict: false, validateSchema: false }));

  constructor(document: OpenApi) {
    this.document = document;
    this.ajv.addSchema(document, "openapi");
  }

  /** Lists every operation of the document with each of its statuses, in the form of the entries of `seen`. */
  promised(): string[] {
    return Object.values(this.document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ operationId, responses }) =>
        Object.keys(responses).map((status) => `${operationId} ${status}`),
      ),
    );
  }

  /** Sends a request and checks the answer. The portal must refuse an address or a method that isn't in the document. */
  async ask(request: APIRequestContext, address: string, call: Call = {}): Promise<Answer> {
    const method = call.method ?? "GET";
    const isText = typeof call.body === "string" || Buffer.isBuffer(call.body);
    const response = await request.fetch(address, {
      method,
      headers: {
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { data: isText ? call.body : JSON.stringify(call.body) }),
      maxRedirects: 0,
    });
    return this.check(method, address, response);
  }

  /** Sends a request with an API token, and checks the answer like `ask`. */
  askWith(request: APIRequestContext, token: string, address: string, call: Call = {}): Promise<Answer> {
    return this.ask(request, address, { ...call, headers: { ...bearer(token), ...call.headers } });
  }

  private async check(method: string, address: string, response: APIResponse): Promise<Answer> {
    const status = response.status();
    const headers = response.headers();
    const text = await response.text();
    const what = `${method} ${address} ${status} ${text.slice(0, 300)}`;
    for (const secret of Object.values(secrets)) expect(text, what).not.toContain(secret);
    expect(headers["cache-control"], what).toBe("no-store");
    expect(headers["ratelimit-policy"], what).toMatch(/^"\w+";q=\d+;w=60(, "\w+";q=\d+;w=60)*$/);
    if (headers.ratelimit) expect(headers.ratelimit).toMatch(/^"\w+";r=\d+;t=\d+(, "\w+";r=\d+;t=\d+)*$/);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    const body: Json = text === "" ? null : JSON.parse(text);
    const found = this.find(method, address);
    const validate = found ? this.schemaOf(found, status, what) : this.problemSchema();
    const type = status < 300 ? "application/json" : "application/problem+json";
    expect(headers["content-type"], what).toBe(type);
    if (found) this.seen.add(`${found.described.operationId} ${status}`);
    else if (!address.endsWith("openapi.json") || method !== "GET") expect([404, 405]).toContain(status);
    if (method !== "HEAD" && !(address.endsWith("openapi.json") && status === 200)) {
      expect(validate(body) ? [] : validate.errors, what).toEqual([]);
      if (status >= 300) expect(body.status, what).toBe(status);
    }
    return { status, headers, text, body };
  }

  private find(method: string, address: string) {
    const path = (address.split("?")[0] ?? "").replace(/(.)\/$/, "$1");
    const known = Object.keys(this.document.paths);
    const template =
      known.find((template) => template === path) ??
      known.find((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
    const verb = method === "HEAD" ? "get" : method.toLowerCase();
    const described = template ? this.document.paths[template]?.[verb] : undefined;
    return template && described ? { template, verb, described } : null;
  }

  private schemaOf(
    { template, verb, described }: NonNullable<ReturnType<Contract["find"]>>,
    status: number,
    what: string,
  ): ValidateFunction {
    const content = described.responses[status]?.content;
    expect(content, `the document has no such status: ${what}`).toBeDefined();
    const [type = ""] = Object.keys(content ?? {});
    const pointer = ["paths", template, verb, "responses", String(status), "content", type, "schema"]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    return this.ajv.compile({ $ref: `openapi#/${pointer}` });
  }

  private problemSchema(): ValidateFunction {
    return this.ajv.compile({ $ref: "openapi#/components/schemas/Problem" });
  }
}
