import { expect, it } from "vitest";
import { jobs as known } from "#lib/jobs/jobs.ts";
import { jobs } from "./loops.ts";

it("every job has exactly one row of work", () => {
  const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name).toSorted();
  expect(names(jobs.map(({ job }) => job))).toEqual(names(known));
});
