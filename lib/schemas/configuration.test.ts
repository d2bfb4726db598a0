import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, anyText } from "#test/alerts.ts";
import { manifest } from "#lib/vendors/defender-for-cloud/manifest.ts";
import { ConfigurationEdit, configurationInput, replaceSecretInput } from "./configuration.ts";

const ConfigurationInput = configurationInput(manifest);
const ReplaceSecretInput = replaceSecretInput(manifest);
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const secret = "Q_e8Q~CANARY-secret-value-0001";
const right = {
  vendor: "defender-for-cloud",
  displayName: "Azure Production",
  authType: "oauth",
  tenantId: "4F6D1C1E-7A53-4A8E-9B5C-0C1D2E3F4A5B",
  subscriptionIds: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
  applicationId: " 1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5 ",
  clientSecret: ` ${secret}\n`,
};
const fieldsOf = (values: object) => {
  const parsed = ConfigurationInput.safeParse({ ...right, ...values });
  return Object.fromEntries(
    (parsed.error?.issues ?? []).map((issue) => [issue.path.join("."), issue.message]),
  );
};

describe("the schema of a vendor's form", () => {
  it("accepts values as pasted from the guide, with spaces and capitals", () => {
    expect(ConfigurationInput.parse(right)).toEqual({
      vendor: "defender-for-cloud",
      displayName: "Azure Production",
      authType: "oauth",
      readAs: "application",
      cloud: "AzureCloud",
      proof: "secret",
      writeAs: "person",
      certificateId: null,
      credentialId: null,
      scopeIds: ["11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01"],
      connection: {},
      application: {
        tenantId: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
        applicationId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
      },
      secret,
      secretExpiresOn: null,
      environment: "production",
      notifyAbout: ["high", "medium"],
      pollIntervalSeconds: 60,
    });
  });

  it("accepts several subscriptions with any separators and removes duplicates", () => {
    const [a, b] = ["11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01", "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02"];
    const ids = (text: string) => ConfigurationInput.parse({ ...right, subscriptionIds: text }).scopeIds;
    expect(ids(`${a}\r\n${b}\n`)).toEqual([a, b]);
    expect(ids(`${a}, ${b};${a.toUpperCase()}`)).toEqual([a, b]);
  });

  it.each([
    ["displayName", "", "Enter the Display Name."],
    ["displayName", "   ", "Enter the Display Name."],
    ["displayName", "x".repeat(81), "Keep the Display Name within 80 characters."],
    ["displayName", "a\0b", "The Display Name holds characters that can't be shown. Type it again."],
    ["displayName", "a\ud800", "The Display Name holds characters that can't be shown. Type it again."],
    ["authType", "password", "Choose an Auth Type."],
    ["tenantId", "", "Enter the Tenant ID."],
    ["tenantId", "contoso.onmicrosoft.com", /^The Tenant ID is a GUID such as/],
    ["tenantId", "../../evil", /^The Tenant ID is a GUID such as/],
    ["tenantId", `{${right.tenantId}}`, /^The Tenant ID is a GUID such as/],
    [
      "tenantId",
      right.tenantId.slice(1),
      "That Tenant ID is one character short. Copy it again from the Azure portal.",
    ],
    [
      "subscriptionIds",
      `${right.tenantId}ab`,
      "That Subscription ID is 2 characters too long. Copy it again from the Azure portal.",
    ],
    ["subscriptionIds", "nope", /^The Subscription ID is a GUID such as/],
    ["subscriptionIds", "", "Enter the Subscription ID."],
    ["subscriptionIds", " , ;\n", "Enter the Subscription ID."],
    ["applicationId", right.tenantId, /^This is the Tenant ID\./],
    ["clientSecret", "", "Enter the Client Secret."],
    ["clientSecret", "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5", /^This looks like the Secret ID\./],
    ["clientSecret", "two words", /^A Client Secret contains no spaces/],
    ["clientSecret", "sécret", /^A Client Secret contains no spaces/],
    ["clientSecret", "x".repeat(513), /^A Client Secret has at most 512 characters/],
    ["secretExpiresOn", "31.03.2027", "Enter the expiry date as a day, such as 2027-03-31."],
    ["secretExpiresOn", "2027-02-30", "Enter the expiry date as a day, such as 2027-03-31."],
    ["environment", "staging", "Choose one of the list under Environment."],
    ["notifyAbout", "high", "Choose severities of the list."],
    ["notifyAbout", ["high", "unknown"], "Choose severities of the list."],
    ["notifyAbout", Array(5).fill("low"), "Choose severities of the list."],
    ["pollIntervalSeconds", "29", "The shortest poll interval is 30 seconds."],
    ["pollIntervalSeconds", "3601", "The longest poll interval is 3,600 seconds (1 hour)."],
    ["pollIntervalSeconds", "45.5", "Enter whole seconds."],
    ["pollIntervalSeconds", "soon", "Enter the poll interval in seconds."],
  ])("refuses %s %j", (field, value, message) => {
    const messages = fieldsOf({ [field]: value });
    expect(Object.keys(messages)).toEqual([field]);
    expect(messages[field]).toMatch(
      message instanceof RegExp ? message : new RegExp(`^${escaped(message)}$`),
    );
  });

  it("rejects 51 subscriptions and names the entry that isn't a GUID", () => {
    const many = Array.from(
      { length: 51 },
      (_, n) => `11c0ffee-1a2b-4c3d-8e4f-${String(n).padStart(12, "0")}`,
    );
    expect(fieldsOf({ subscriptionIds: many.join("\n") })).toEqual({
      subscriptionIds: "Enter at most 50 ids at once.",
    });
    expect(fieldsOf({ subscriptionIds: `${many[0]}\nnope` })).toEqual({
      subscriptionIds: expect.stringMatching(/^Entry 2: The Subscription ID is a GUID/),
    });
  });

  it("ignores the credential's fields if an existing credential is used", () => {
    const values = { tenantId: "", applicationId: "", clientSecret: "" };
    expect(fieldsOf({ ...values, credentialId: "0190f6f0-1111-7222-8333-444455556666" })).toEqual({});
    expect(Object.keys(fieldsOf(values))).toEqual(["tenantId", "applicationId", "clientSecret"]);
  });

  it("accepts any choice of severities, also none, and puts the most urgent first", () => {
    const chosen = (notifyAbout: unknown) =>
      ConfigurationInput.parse({ ...right, notifyAbout, environment: "test" } as never);
    expect(chosen([])).toMatchObject({ environment: "test", notifyAbout: [] });
    expect(chosen(["low", "high", "low"])).toMatchObject({ notifyAbout: ["high", "low"] });
  });

  it("accepts the limits of the poll interval and only days that exist", () => {
    expect(fieldsOf({ pollIntervalSeconds: "30" })).toEqual({});
    expect(fieldsOf({ pollIntervalSeconds: 3_600, secretExpiresOn: "2028-02-29" })).toEqual({});
  });

  it("never throws, and never repeats a secret in a message", () => {
    const names = Object.keys(right);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(anyText, anyJson)), (values) => {
        const parsed = ConfigurationInput.safeParse({ ...right, clientSecret: `${secret} `, ...values });
        expect(JSON.stringify(parsed.error?.issues ?? [])).not.toContain("CANARY");
      }),
      { numRuns: 1_000 },
    );
    const { clientSecret } = fieldsOf({ clientSecret: `${secret} ${secret}` });
    expect(clientSecret).toMatch(/^A Client Secret contains no spaces/);
    expect(clientSecret).not.toContain("CANARY");
  });

  it("accepts only GUIDs as ids and lower-cases them", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.uuid(),
          fc.uuid().map((id) => id.toUpperCase()),
        ),
        (text) => {
          const parsed = ConfigurationInput.safeParse({ ...right, tenantId: text, subscriptionIds: text });
          fc.pre(parsed.data !== undefined);
          for (const id of [parsed.data?.application.tenantId ?? "", ...(parsed.data?.scopeIds ?? [])]) {
            expect(id).toMatch(guid);
            expect(id).toBe(id.toLowerCase());
          }
        },
      ),
    );
  });
});

describe("ReplaceSecretInput and ConfigurationEdit", () => {
  it("apply the same rules to a new secret and to an edit", () => {
    expect(ReplaceSecretInput.parse({ secret: ` ${secret} ` })).toEqual({
      secret,
      secretExpiresOn: null,
    });
    const edit = { displayName: "Azure", pollIntervalSeconds: "90", secretExpiresOn: "2027-03-31" };
    expect(ConfigurationEdit.parse(edit)).toEqual({ ...edit, pollIntervalSeconds: 90 });
    const notified = { environment: "test", notifyAbout: ["informational", "medium"] };
    expect(ConfigurationEdit.parse({ ...edit, ...notified })).toMatchObject({
      environment: "test",
      notifyAbout: ["medium", "informational"],
    });
  });

  it.each([
    { secret: "" },
    { secret: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5" },
    { secret: "two words" },
    { secret, secretExpiresOn: "tomorrow" },
    {},
    null,
  ])("refuse the replacement %j", (input) => {
    expect(ReplaceSecretInput.safeParse(input).success).toBe(false);
  });

  it.each([
    { displayName: "", pollIntervalSeconds: 60 },
    { displayName: "Azure", pollIntervalSeconds: 5 },
    { displayName: "Azure" },
    { displayName: "Azure", pollIntervalSeconds: 60, secretExpiresOn: "2027-02-30" },
    { displayName: "Azure", pollIntervalSeconds: 60, environment: "staging" },
    { displayName: "Azure", pollIntervalSeconds: 60, notifyAbout: ["urgent"] },
    { displayName: "Azure", pollIntervalSeconds: 60, notifyAbout: "high" },
  ])("refuse the edit %j", (input) => {
    expect(ConfigurationEdit.safeParse(input).success).toBe(false);
  });

  it("never repeat a secret in a message", () => {
    const result = ReplaceSecretInput.safeParse({
      secret: `${secret} ${secret}`,
      secretExpiresOn: secret,
    });
    expect(result.error).toBeDefined();
    expect(JSON.stringify(result.error)).not.toContain("CANARY");
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
