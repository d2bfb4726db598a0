import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allows, effectiveRights, PermissionEntry } from "./permissions.ts";

const dismiss = "Microsoft.Security/locations/alerts/dismiss/action";
const entry = (actions: string[], notActions: string[] = []): PermissionEntry => ({ actions, notActions });

const securityReader = entry([
  "Microsoft.Authorization/*/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Security/*/read",
]);
const securityAdmin = entry([
  "Microsoft.Authorization/*/read",
  "Microsoft.Security/*",
  "Microsoft.Support/*",
]);
const contributor = entry(["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]);

describe("an action", () => {
  it.each([
    [dismiss, true],
    [dismiss.toUpperCase(), true],
    ["*", true],
    ["Microsoft.Security/*", true],
    ["microsoft.security/*/ACTION", true],
    ["*/dismiss/action", true],
    ["Microsoft.Security/*/alerts/*/action", true],
    ["Microsoft.Security/locations/alerts/*", true],
    ["M*S*x", false],
    ["M*S*n", true],
    ["Microsoft.Security/*/read", false],
    ["Microsoft.Security", false],
    ["Microsoft.Security/locations/alerts/dismiss", false],
    ["Microsoft.Security/locations/alerts/dismiss/action/*", false],
    ["MicrosoftxSecurity/locations/alerts/dismiss/action", false],
    ["", false],
  ])("is matched by the pattern %j: %s", (pattern, matched) => {
    expect(allows([entry([pattern])], dismiss)).toBe(matched);
  });

  it("needs both ends of a pattern, which may not overlap", () => {
    expect(allows([entry(["ab*ba"])], "aba")).toBe(false);
    expect(allows([entry(["ab*ba"])], "abba")).toBe(true);
  });

  it("is matched by a pattern exactly when a regular expression says so", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 8 });
    fc.assert(
      fc.property(patterns, letters, (pattern, action) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s");
        expect(allows([entry([pattern])], action)).toBe(expression.test(action));
      }),
      { numRuns: 5_000 },
    );
  });

  it("is taken away within its own assignment", () => {
    expect(allows([entry(["*"], ["Microsoft.Security/*"])], dismiss)).toBe(false);
    expect(allows([entry(["*"], ["Microsoft.Security/*/READ"])], dismiss)).toBe(true);
  });

  it("is never taken away by another assignment", () => {
    const grants = entry(["Microsoft.Security/*"]);
    const takes = entry(["*"], ["Microsoft.Security/*"]);
    expect(allows([grants, takes], dismiss)).toBe(true);
    expect(allows([takes, grants], dismiss)).toBe(true);
  });

  it("never becomes forbidden by one more assignment", () => {
    const patterns = fc.array(fc.constantFrom("*", "Microsoft.Security/*", "*/read", dismiss), {
      maxLength: 3,
    });
    const entries = fc.record({ actions: patterns, notActions: patterns });
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 4 }), entries, (held, more) => {
        expect(Number(allows([...held, more], dismiss))).toBeGreaterThanOrEqual(
          Number(allows(held, dismiss)),
        );
      }),
    );
  });
});

describe("rights", () => {
  const all = { dismiss: "yes", resolve: "yes", activate: "yes", inProgress: "yes" };
  const none = { dismiss: "no", resolve: "no", activate: "no", inProgress: "no" };

  it.each([
    ["Security Reader", [securityReader], none],
    ["Security Admin", [securityAdmin], all],
    ["Contributor", [contributor], all],
    ["Reader and Security Admin", [entry(["*/read"]), securityAdmin], all],
    ["nothing", [], none],
  ])("of %s", (_name, entries, rights) => {
    expect(effectiveRights(entries)).toEqual(rights);
  });

  it("of a custom role without In Progress leave that to the first write", () => {
    const verbs = ["dismiss", "resolve", "activate"];
    const custom = entry(verbs.map((verb) => `Microsoft.Security/locations/alerts/${verb}/action`));
    expect(effectiveRights([custom])).toEqual({ ...all, inProgress: "probably" });
  });

  it("come out whatever an entry looks like", () => {
    expect(PermissionEntry.parse({ actions: "all", notActions: [1] })).toEqual(entry([]));
    expect(PermissionEntry.parse({})).toEqual(entry([]));
  });
});
