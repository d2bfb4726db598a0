import { expect, it } from "vitest";
import { freePort } from "./scripts/ports.ts";
import { portalWithoutDatabase, startWebProcess } from "./test/web-process.ts";

it("a built portal keeps the production policy even if NODE_ENV is development", async () => {
  const port = await freePort();
  const web = await startWebProcess(
    { ...portalWithoutDatabase(`http://localhost:${port}`), NODE_ENV: "development" },
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
