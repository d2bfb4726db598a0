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

describe("the link to an alert", () => {
  it.each([
    [
      "https://portal.azure.com/#blade/x/AlertBlade/alertId/a1",
      `${portal}/#@${tenantId}/blade/x/AlertBlade/alertId/a1`,
    ],
    ["https://portal.azure.us/#blade/x/alertId/a1", `${portal}/#@${tenantId}/blade/x/alertId/a1`],
    ["https://portal.azure.com/#/view/x", `${portal}/#@${tenantId}/view/x`],
  ])("contains the directory and the operator's portal (%#)", (vendorUrl, href) => {
    expect(links.alert({ vendorUrl, application: { tenantId } }, cloud)).toBe(href);
  });

  it.each([
    null,
    "",
    "https://portal.azure.com/",
    "https://evil.example/#blade/x",
    "https://portal.azure.com.evil.example/#blade/x",
    "https://portal.azure.com@evil.example/#blade/x",
    "http://portal.azure.com/#blade/x",
    "javascript:alert(1)#blade",
  ])("is null for %j", (vendorUrl) => {
    expect(links.alert({ vendorUrl, application: { tenantId } }, cloud)).toBeNull();
  });

  it("leads to the operator's portal, whatever the vendor's address and the tenant contain", () => {
    const urls = fc.oneof(
      anyText,
      fc.webUrl({ withFragments: true }),
      anyText.map((text) => `${portal}/#${text}`),
    );
    fc.assert(
      fc.property(urls, anyText, (vendorUrl, tenant) => {
        const href = links.alert({ vendorUrl, application: { tenantId: tenant.toWellFormed() } }, cloud);
        fc.pre(href !== null);
        expect(new URL(href ?? "").origin).toBe(portal);
        expect(href).toMatch(/^https:\/\/portal\.azure\.com\/#@[^/]*\//);
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
