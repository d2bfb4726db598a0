import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("starts programs without Node's own routing by HTTPS_PROXY, which would take calls within this machine too", () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    ["scripts/run.mjs", "-p", "[process.env.NODE_USE_ENV_PROXY, process.env.HTTPS_PROXY].join()"],
    {
      env: { ...process.env, NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: "http://proxy.example.com:3128" },
      encoding: "utf8",
    },
  );
  expect([status, stdout.trim()]).toEqual([0, ",http://proxy.example.com:3128"]);
});
