import { expect, it } from "vitest";
import { notForReader, refusalOfReader, renderedFor } from "./rendered-for.ts";

const ana = { organisationId: "contoso", userId: "ana" };

it.each([
  [null, null],
  [renderedFor(ana), null],
  [renderedFor({ ...ana, organisationId: "retail" }), notForReader.organisation],
  [renderedFor({ ...ana, userId: "ben" }), notForReader.person],
  [renderedFor({ organisationId: "retail", userId: "ben" }), notForReader.person],
  ["", notForReader.person],
])("a page that was rendered for %o gets %o", (named, refusal) => {
  expect(refusalOfReader(named, ana)).toBe(refusal);
});
