import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectivePermissions, PermissionEntry } from "./permissions.ts";

const dismiss = "Microsoft.Security/locations/alerts/dismiss/action";
const entry = (actions: string[], notActions: string[] = []): PermissionEntry => ({ actions, notActions });
const mayDismiss = (...entries: PermissionEntry[]) => effectivePermissions(entries).dismiss === "yes";

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
    expect(mayDismiss(entry([pattern]))).toBe(matched);
  });

  it("must match both ends of a pattern without overlap", () => {
    for (let at = 1; at < dismiss.length; at++) {
      expect(mayDismiss(entry([`${dismiss.slice(0, at)}*${dismiss.slice(at)}`]))).toBe(true);
      expect(mayDismiss(entry([`${dismiss.slice(0, at + 1)}*${dismiss.slice(at)}`]))).toBe(false);
    }
  });

  it("is matched by a pattern exactly if the equivalent regular expression matches", () => {
    const place = fc.nat(dismiss.length);
    const short = fc.tuple(place, fc.nat(2)).map(([from, length]) => dismiss.slice(from, from + length));
    const any = fc.oneof(
      short,
      fc.tuple(place, place).map((ends) => dismiss.slice(...ends)),
    );
    const first = fc.oneof(
      any,
      place.map((to) => dismiss.slice(0, to)),
    );
    const last = fc.oneof(
      any,
      place.map((from) => dismiss.slice(from)),
    );
    const pattern = fc
      .tuple(first, fc.array(any, { maxLength: 4 }), last)
      .map(([start, middle, end]) => [start, ...middle, end].join("*"));
    const seen = { matched: 0, other: 0 };
    fc.assert(
      fc.property(pattern, (text) => {
        const expression = new RegExp(`^${text.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "is");
        const matched = expression.test(dismiss);
        seen[matched ? "matched" : "other"] += 1;
        expect(mayDismiss(entry([text]))).toBe(matched);
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.matched, seen.other)).toBeGreaterThan(500);
  });

  it("can be excluded by its own assignment", () => {
    expect(mayDismiss(entry(["*"], ["Microsoft.Security/*"]))).toBe(false);
    expect(mayDismiss(entry(["*"], ["Microsoft.Security/*/READ"]))).toBe(true);
  });

  it("can't be excluded by another assignment", () => {
    const grants = entry(["Microsoft.Security/*"]);
    const takes = entry(["*"], ["Microsoft.Security/*"]);
    expect(mayDismiss(grants, takes)).toBe(true);
    expect(mayDismiss(takes, grants)).toBe(true);
  });

  it("stays allowed when an assignment is added", () => {
    const patterns = fc.array(fc.constantFrom("*", "Microsoft.Security/*", "*/read", dismiss), {
      maxLength: 3,
    });
    const entries = fc.record({ actions: patterns, notActions: patterns });
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 4 }), entries, (held, more) => {
        expect(Number(mayDismiss(...held, more))).toBeGreaterThanOrEqual(Number(mayDismiss(...held)));
      }),
    );
  });
});

describe("the status changes", () => {
  const all = { dismiss: "yes", resolve: "yes", activate: "yes", inProgress: "yes" };
  const none = { dismiss: "no", resolve: "no", activate: "no", inProgress: "no" };

  it.each([
    ["Security Reader", [securityReader], none],
    ["Security Admin", [securityAdmin], all],
    ["Contributor", [contributor], all],
    ["Reader and Security Admin", [entry(["*/read"]), securityAdmin], all],
    ["nothing", [], none],
  ])("allowed by %s", (_name, entries, rights) => {
    expect(effectivePermissions(entries)).toEqual(rights);
  });

  it('of a custom role without In Progress are "probably" for it', () => {
    const verbs = ["dismiss", "resolve", "activate"];
    const custom = entry(verbs.map((verb) => `Microsoft.Security/locations/alerts/${verb}/action`));
    expect(effectivePermissions([custom])).toEqual({ ...all, inProgress: "probably" });
  });

  it("are read from entries of any shape", () => {
    expect(PermissionEntry.parse({ actions: "all", notActions: [1] })).toEqual(entry([]));
    expect(PermissionEntry.parse({})).toEqual(entry([]));
  });
});
