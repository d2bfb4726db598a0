import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Alert } from "../azure/seed-alerts.ts";
import { alertBody } from "./alert-body.ts";

const samples = process.env.AZURE_SAMPLES_DIR;
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;

describe.skipIf(!samples)("the body of a webhook delivery, against the pairs in AZURE_SAMPLES_DIR", () => {
  const [arm, webhook] = ["arm", "webhook"].map((kind) => join(samples ?? "", "derived", kind)) as [
    string,
    string,
  ];
  const names =
    samples && existsSync(arm) ? readdirSync(arm).filter((name) => existsSync(join(webhook, name))) : [];

  it("has pairs to compare", () => expect(names.length).toBeGreaterThan(0));

  it.each(names)("matches Azure's own for %s", (name) => {
    expect(alertBody(read(join(arm, name)) as Alert)).toEqual(read(join(webhook, name)));
  });
});
