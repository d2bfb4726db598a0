import { expect, it } from "vitest";
import { vendorWordProblems } from "./vendor-words.ts";

/** The files on the lists, as they may be. */
const listed = [
  { path: "app/(auth)/use-sign-in.ts", text: 'signIn("azure-ad")' },
  { path: "lib/auth/options.ts", text: "Microsoft Entra ID" },
  { path: "lib/platform/env.ts", text: "POCKETSOC_ENTRA_TENANT_ID" },
  { path: "app/api/v1/_answers/configuration.ts", text: "subscriptionId: one.scope.id" },
  { path: "lib/schemas/api.ts", text: "subscriptionId: z.string()" },
  { path: "lib/schemas/api-examples.ts", text: 'subscriptionId: "11c0ffee"' },
];
const problemsWith = (path: string, text: string) =>
  vendorWordProblems([...listed.filter((one) => one.path !== path), { path, text }]);

it("says nothing of the files on the lists", () => {
  expect(vendorWordProblems(listed)).toEqual([]);
});

it.each([
  "// what Azure holds",
  "const azureLink = 1;",
  "AZURE_PORTAL_URL",
  "Make a new one in Entra ID.",
  "const entra = 1;",
  "type EntraProfile = object;",
  "POCKETSOC_ENTRA_CLIENT_ID",
  "user.tenantId",
  "multitenant",
  "assign it on the subscription",
  "listSubscriptions()",
])("refuses %j", (text) => {
  expect(problemsWith("lib/a.ts", text)).toEqual([expect.stringContaining("lib/a.ts says “")]);
});

it.each([
  "a browser's push subscription",
  "PushSubscription.toJSON()",
  "pushSubscriptions",
  "push_subscription_sealed",
  "await registration.pushManager.getSubscription()",
  "subscribe(listener)",
  "the entrance of central extracts",
])("takes %j", (text) => {
  expect(problemsWith("lib/a.ts", text)).toEqual([]);
});

it("takes of the wire's words those that the file keeps, and no others", () => {
  expect(problemsWith("lib/schemas/api.ts", "subscriptionId, tenantId")).toEqual([
    expect.stringContaining("lib/schemas/api.ts says “tenant”"),
  ]);
});

it("lets the lists only shrink", () => {
  expect(problemsWith("lib/auth/options.ts", "nothing")).toEqual([
    "lib/auth/options.ts says no vendor's word any more: take it off the list.",
  ]);
  expect(problemsWith("lib/schemas/api.ts", "nothing")).toEqual([
    "lib/schemas/api.ts says subscriptionId no more: take it off the list.",
  ]);
  expect(vendorWordProblems(listed.slice(1))).toEqual([
    "app/(auth)/use-sign-in.ts isn't there: take it off the list.",
  ]);
});
