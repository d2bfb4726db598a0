import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Alert } from "../azure/seed-alerts.ts";
import { pushBody } from "./push-body.ts";

const samples = process.env.AZURE_SAMPLES_DIR;
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;

describe.skipIf(!samples)("the push body, of the pairs of one alert in AZURE_SAMPLES_DIR", () => {
  const [arm, webhook] = ["arm", "webhook"].map((kind) => join(samples ?? "", "derived", kind)) as [
    string,
    string,
  ];
  const names =
    samples && existsSync(arm) ? readdirSync(arm).filter((one) => existsSync(join(webhook, one))) : [];

  it("has pairs to read", () => expect(names.length).toBeGreaterThan(0));

  it.each(names)("%s", (name) => {
    expect(pushBody(read(join(arm, name)) as Alert)).toEqual(read(join(webhook, name)));
  });
});
