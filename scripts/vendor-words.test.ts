import { expect, it } from "vitest";
import { vendorWordProblems } from "./vendor-words.ts";

/** the files that may use a vendor's words, each with allowed content */
const listed = [
  { path: "app/(auth)/use-sign-in.ts", text: 'signIn("azure-ad")' },
  { path: "lib/auth/options.ts", text: "Microsoft Entra ID" },
  { path: "lib/platform/env.ts", text: "POCKETSOC_ENTRA_TENANT_ID" },
  { path: "app/api/v1/_answers/configuration.ts", text: "subscriptionId: one.scope.id" },
  { path: "lib/schemas/api.ts", text: "subscriptionId: z.string()" },
  { path: "lib/schemas/api-examples.ts", text: 'subscriptionId: "11c0ffee"' },
];
const problemsWith = (path: string, text: string) =>
  vendorWordProblems([...listed.filter((file) => file.path !== path), { path, text }]);

it("reports no problem in the listed files", () => {
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
  expect(problemsWith("lib/a.ts", text)).toEqual([expect.stringContaining("lib/a.ts uses “")]);
});

it.each([
  "a browser's push subscription",
  "PushSubscription.toJSON()",
  "pushSubscriptions",
  "push_subscription_sealed",
  "await registration.pushManager.getSubscription()",
  "subscribe(listener)",
  "the entrance of central extracts",
])("accepts %j", (text) => {
  expect(problemsWith("lib/a.ts", text)).toEqual([]);
});

it("accepts in a listed file only the words listed for it", () => {
  expect(problemsWith("lib/schemas/api.ts", "subscriptionId, tenantId")).toEqual([
    expect.stringContaining("lib/schemas/api.ts uses “tenant”"),
  ]);
});

it("reports list entries that aren't needed any more", () => {
  expect(problemsWith("lib/auth/options.ts", "nothing")).toEqual([
    "lib/auth/options.ts uses no vendor's word any more. Take it off the list.",
  ]);
  expect(problemsWith("lib/schemas/api.ts", "nothing")).toEqual([
    "lib/schemas/api.ts doesn't use subscriptionId any more. Take it off the list.",
  ]);
  expect(vendorWordProblems(listed.slice(1))).toEqual([
    "app/(auth)/use-sign-in.ts doesn't exist. Take it off the list.",
  ]);
});
