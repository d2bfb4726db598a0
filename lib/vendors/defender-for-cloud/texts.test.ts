import { describe, expect, it } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { isTrustedLink, linkOf } from "./trusted-links.ts";
import { textsOf } from "./texts.ts";

const page = "https://portal.azure.com/#blade/x";
const json = (value: Json) => JSON.stringify(value);

describe("a text that holds JSON", () => {
  it.each<[string, Json, Json]>([
    [
      "a link",
      json({ displayValue: "Read on", kind: "Link", value: "https://learn.microsoft.com/azure" }),
      [{ text: "Read on", href: "https://learn.microsoft.com/azure" }],
    ],
    [
      "a link in the other case",
      json({ DisplayValue: "Read on", Kind: "link", Value: "https://aka.ms/x" }),
      [{ text: "Read on", href: "https://aka.ms/x" }],
    ],
    [
      "a page of the portal",
      json({ kind: "openBlade", displayValue: "Enforce rule", extension: "X", detailBladeInputs: "id=1" }),
      [{ text: "Enforce rule (in the Azure portal)", href: page }],
    ],
    [
      "several links",
      json({
        Kind: "MultiLink",
        DisplayValueToUrlDictionary: {
          "Report: R": "https://learn.microsoft.com/r",
          "report: s": "https://example.com/s",
        },
      }),
      [
        { text: "Report: R", href: "https://learn.microsoft.com/r" },
        { text: "report: s (https://example.com/s)", href: null },
      ],
    ],
    [
      "a kind that nobody knows",
      json({ kind: "Popup", displayValue: "Look here", x: 1 }),
      [{ text: "Look here", href: null }],
    ],
    [
      "an unknown kind without a text",
      json({ kind: "Popup", countryCode: "nl" }),
      [{ text: "Kind: Popup, Country Code: nl", href: null }],
    ],
    [
      "a list",
      json([{ apiGroups: ["*", "x"], scope: "*" }]),
      [{ text: "Api Groups: *, x, Scope: *", href: null }],
    ],
    [
      "JSON that is cut off",
      '{"kind":"Link","displayValue":"Read on","val',
      [{ text: "Read on", href: null }],
    ],
    ["nothing", "{}", []],
    ["an object instead of a text", { a: { b: "c" } }, [{ text: "A: (B: c)", href: null }]],
  ])("is shown as what it means: %s", (_what, value, texts) => {
    expect(textsOf(value, page)).toEqual(texts);
  });

  it.each(["[SecretGet:64]", '[ "$x" = 1 ] && rm -rf /', "{ Get-Process }", "plain"])(
    "is left alone if it isn't JSON: %s",
    (text) => {
      expect(textsOf(text, page)).toEqual([{ text, href: null }]);
    },
  );
});

describe("a link in a text", () => {
  it.each([
    "https://evil.example/login",
    "https://learn.microsoft.com.evil.example/",
    "https://learn.microsoft.com@evil.example/",
    "https://evil.cloudapp.azure.com/",
    "https://learn.microsoft.com:8443/",
    "http://learn.microsoft.com/",
    "https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fevil.example%2Fa.json",
    "javascript:alert(1)",
    "//evil.example",
  ])("isn't one to %s", (address) => {
    expect(isTrustedLink(address)).toBe(false);
    const claim = "https://portal.azure.com/#view/runbook";
    for (const kind of ["Link", "link"]) {
      const [shown] = textsOf(json({ kind, displayValue: claim, value: address }), page);
      expect(shown?.href).toBeNull();
      expect(shown?.text).toBe(address.startsWith("http") ? `${claim} (${address})` : claim);
    }
    expect(textsOf(address, page)).toEqual([{ text: address, href: null }]);
  });

  it("names its host if its text names another one", () => {
    const href = "https://aka.ms/x";
    expect(linkOf("https://portal.azure.com/#view/runbook", href)).toEqual({
      text: "https://portal.azure.com/#view/runbook → aka.ms",
      href,
    });
    expect(linkOf("See aka.ms for more", href)).toEqual({ text: "See aka.ms for more", href });
  });
});
