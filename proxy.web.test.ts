import { expect, it } from "vitest";
import { freePort } from "./scripts/ports.ts";
import { startWebProcess } from "./test/web-process.ts";

it("a built portal keeps the production policy even if NODE_ENV is development", async () => {
  const port = await freePort();
  const web = await startWebProcess(
    {
      NODE_ENV: "development",
      POCKETSOC_URL: `http://localhost:${port}`,
      POCKETSOC_SESSION_SECRET: "0123456789abcdef0123456789abcdef",
      POCKETSOC_ENTRA_TENANT_ID: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
      POCKETSOC_ENTRA_CLIENT_ID: "5b0c6f2a-6d1e-4c7a-9a3b-2f4e6d8c0a11",
      POCKETSOC_ENTRA_CLIENT_SECRET: "nobody signs in",
      POCKETSOC_ENCRYPTION_KEYS: `test:${Buffer.alloc(32).toString("base64")}`,
      DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
    },
    port,
  );
  try {
    const { headers } = await fetch(`${web.url}/nowhere`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
    expect(policy).toMatch(/; style-src 'self' 'nonce-[\w+/=]{20,}';/);
    expect(policy).toContain("; connect-src 'self';");
    expect(policy).not.toContain("unsafe-eval");
  } finally {
    await web.stop("SIGTERM");
  }
});
