import { NextRequest } from "next/server";
import { afterEach, expect, it, vi } from "vitest";
import { proxy } from "./proxy.ts";

afterEach(() => vi.unstubAllEnvs());

function policyUnder(nodeEnv: string | undefined): string {
  vi.stubEnv("NODE_ENV", nodeEnv);
  const { headers } = proxy(new NextRequest("http://localhost:3000/detections"));
  return (headers.get("content-security-policy") ?? "").replaceAll(/'nonce-[\w+/=]{20,}'/g, "'nonce'");
}

/** The complete Content-Security-Policy of production, word for word. A looser policy therefore fails this test. */
const production =
  "default-src 'self'; script-src 'self' 'nonce' 'strict-dynamic'; style-src 'self' 'nonce'; " +
  "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; manifest-src 'self'";

it("allows a page only the portal's own resources unless NODE_ENV is development", () => {
  for (const nodeEnv of ["production", "test", "", undefined, "Development"])
    expect(policyUnder(nodeEnv)).toBe(production);
});

it("allows in development only what hot reload needs as well", () => {
  expect(policyUnder("development")).toBe(
    production
      .replace("'strict-dynamic'", "'strict-dynamic' 'unsafe-eval'")
      .replace("style-src 'self' 'nonce'", "style-src 'self' 'unsafe-inline'")
      .replace("connect-src 'self'", "connect-src 'self' ws://localhost:3000"),
  );
});

it("gives every answer a new nonce", () => {
  const nonceOf = () =>
    proxy(new NextRequest("http://localhost:3000/")).headers.get("content-security-policy");
  expect(nonceOf()).not.toBe(nonceOf());
});
