// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import type { Hop } from "#lib/ingest/pipe-tests/hop.ts";
import { Hops } from "./pipe-test-hops.tsx";

const hop = (id: Hop["id"], afterMs: number): Hop => ({
  id,
  label: id,
  state: "passed",
  afterMs,
  reason: null,
});

it("a sample is never on the screen before it was stored, whichever clock ran ahead", async () => {
  const hops = [hop("received", 1_900), hop("stored", 2_200)];
  const { place, again } = await draw(<Hops hops={hops} beganMs={0} screen={{ ms: 1_900 }} busy={false} />);
  const times = () =>
    [...place.querySelectorAll("li")].map(({ textContent }) => /\d+\.\d s/.exec(textContent)?.[0]);
  expect(times()).toEqual(["1.9 s", "2.2 s", "2.2 s"]);
  await again(<Hops hops={hops} beganMs={0} screen={{ ms: 3_000 }} busy={false} />);
  expect(times()).toEqual(["1.9 s", "2.2 s", "3.0 s"]);
  await again(<Hops hops={hops} beganMs={0} screen={{ ms: null }} busy={false} />);
  expect(times()).toEqual(["1.9 s", "2.2 s", undefined]);
});
