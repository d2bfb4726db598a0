import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "#test/alerts.ts";
import { clouds } from "./clouds.ts";
import { links } from "./links.ts";

const [publicCloud] = clouds;
if (!publicCloud) throw new Error("no cloud");
const cloud = publicCloud;
const portal = cloud.consoleUrl;
const tenantId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";

const subscription = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const path = `AlertBlade/alertId/2517_ab/subscriptionId/${subscription}/resourceGroup/rg-pay/referencedFrom/alertDeepLink/location/westeurope`;
const built = `${portal}/#@${tenantId}/blade/Microsoft_Azure_Security/${path}`;
const linkTo = (vendorUrl: string | null) => links.alert({ vendorUrl, application: { tenantId } }, cloud);

describe("the link to an alert", () => {
  it.each([
    [`https://portal.azure.com/#blade/Microsoft_Azure_Security/${path}`, built],
    [`https://portal.azure.us/#blade/Microsoft_Azure_Security/${path}`, built],
    [`https://portal.azure.com/#@evil.example/blade/Any/${path}`, built],
    [
      `https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/${path}`,
      `${portal}/#@${tenantId}/blade/Microsoft_Azure_Security_AzureDefenderForData/${path}`,
    ],
    [
      "https://portal.azure.com/#blade/Any/AlertBlade/alertId/a1",
      `${portal}/#@${tenantId}/blade/Microsoft_Azure_Security/AlertBlade/alertId/a1/referencedFrom/alertDeepLink`,
    ],
  ])(
    "is built from the parts of the vendor's address, in the directory and the operator's portal (%#)",
    (vendorUrl, href) => {
      expect(linkTo(vendorUrl)).toBe(href);
    },
  );

  it.each([
    null,
    "",
    "https://portal.azure.com/",
    "https://portal.azure.com/#/view/x",
    "https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fevil.example%2Fa.json",
    `https://evil.example/#blade/Any/${path}`,
    `https://portal.azure.com.evil.example/#blade/Any/${path}`,
    `https://portal.azure.com@evil.example/#blade/Any/${path}`,
    `http://portal.azure.com/#blade/Any/${path}`,
    "javascript:alert(1)#blade",
    // an alert's page named somewhere in an address that leads elsewhere
    `https://portal.azure.com/?/blade/Any/${path}#create/Microsoft.Template/uri/https%3A%2F%2Fevil.example%2Fa.json`,
    `https://portal.azure.com/#create/x?/blade/Any/${path}`,
    `https://portal.azure.com/#%2F%2Fevil.example/blade/Any/${path}`,
    `https://portal.azure.com/#blade/Any/AlertBlade/alertId/a1/subscriptionId/${subscription}/../../../../create/Microsoft.Template`,
    `https://portal.azure.com/#blade/Any/AlertBlade/alertId/a1/subscriptionId/${subscription}/location/..%2Fcreate`,
    `https://portal.azure.com/#blade/Any/AlertBlade/alertId/a%2Fb/subscriptionId/${subscription}/location/westeurope`,
    `https://portal.azure.com/#blade/Any/AlertBlade/alertId/a1/subscriptionId/${subscription}/resourceGroup/%zz`,
  ])("is null for %j", (vendorUrl) => {
    expect(linkTo(vendorUrl)).toBeNull();
  });

  it("leads to the operator's portal, whatever the vendor's address and the tenant contain", () => {
    const urls = fc.oneof(
      anyText,
      fc.webUrl({ withFragments: true }),
      anyText.map((text) => `${portal}/#${text}`),
      // an alert's own page
      fc.constant(`${portal}/#blade/Any/${path}`),
    );
    fc.assert(
      fc.property(urls, anyText, (vendorUrl, tenant) => {
        const href = links.alert({ vendorUrl, application: { tenantId: tenant.toWellFormed() } }, cloud);
        expect(href === null ? portal : new URL(href).origin).toBe(portal);
        expect(href ?? `${portal}/#@/`).toMatch(/^https:\/\/portal\.azure\.com\/#@[^/]*\//);
      }),
      { numRuns: 1_000 },
    );
  });
});

it("the link to an application's secrets contains its id, encoded", () => {
  expect(links.secrets({ applicationId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5" }, cloud)).toBe(
    `${portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5`,
  );
  expect(links.secrets({ applicationId: "a/../b?c#d" }, cloud)).toMatch(/appId\/a%2F\.\.%2Fb%3Fc%23d$/);
});

describe("the query for Log Analytics", () => {
  /** Reads the double-quoted literal at the beginning of `text` as KQL does. */
  const literal = (text: string) => {
    const found = /^"((?:[^"\\\r\n]|\\["\\rn])*)"$/.exec(text);
    const escapes: Record<string, string> = { r: "\r", n: "\n" };
    return found?.[1]?.replace(/\\(.)/g, (_all, sign: string) => escapes[sign] ?? sign);
  };

  it("asks for one alert by its id", () => {
    expect(links.query("2517_ab")).toBe('SecurityAlert | where VendorOriginalId =~ "2517_ab"');
  });

  it("quotes the id as one literal, so that an id can't change the query", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.string({ unit: fc.constantFrom('"', "\\", "|", "\n", "\r", "a") })),
        (vendorAlertId) => {
          const [head, ...rest] = links.query(vendorAlertId).split(" =~ ");
          expect(head).toBe("SecurityAlert | where VendorOriginalId");
          expect(literal(rest.join(" =~ "))).toBe(vendorAlertId);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
