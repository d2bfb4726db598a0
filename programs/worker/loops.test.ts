import { expect, it } from "vitest";
import { jobs as known } from "#lib/jobs/jobs.ts";
import { jobs } from "./loops.ts";

it("does every job, and each in one way", () => {
  const names = (of: readonly { name: string }[]) => of.map(({ name }) => name).toSorted();
  expect(names(jobs.map(({ job }) => job))).toEqual(names(known));
});
