import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "#test/alerts.ts";
import { cleanText, defang, httpsUrl, shownText, visibleText } from "./text.ts";

const lengthOf = (text: string) => [...text].length;

describe("cleanText", () => {
  it("is always well formed, without NUL and within its length", () => {
    fc.assert(
      fc.property(anyText, fc.nat(300), (text, lengthMax) => {
        const clean = cleanText(text, lengthMax);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toContain("\0");
        expect(lengthOf(clean)).toBeLessThanOrEqual(lengthMax);
        expect(cleanText(clean, lengthMax)).toBe(clean);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves a clean text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 50 }), (text) => {
        fc.pre(!text.includes("\0"));
        expect(cleanText(text, 1_000)).toBe(text);
      }),
    );
  });

  it.each([
    ["a\0b", 10, "a\ufffdb"],
    ["a\ud800b", 10, "a\ufffdb"],
    ["\udc00", 10, "\ufffd"],
    ["abcdef", 3, "abc"],
    ["😀😀😀😀", 2, "😀😀"],
    ["ab😀", 3, "ab😀"],
    ["", 3, ""],
  ])("cleans %j, cut at %i, to %j", (text, lengthMax, clean) => {
    expect(cleanText(text, lengthMax)).toBe(clean);
  });

  it.each([[null], [undefined], [7], [true], [{ toString: () => "x" }], [["x"]]])(
    "returns an empty text for %j",
    (value) => {
      expect(cleanText(value, 10)).toBe("");
    },
  );
});

describe("visibleText", () => {
  it.each([
    ["a\u202eb", "a⟨U+202E⟩b"],
    ["a\u200bb", "a⟨U+200B⟩b"],
    ["\u001b[31mred", "⟨U+001B⟩[31mred"],
    ["\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"],
    ["\ufeffx", "⟨U+FEFF⟩x"],
    ["pay\u00adpal", "pay⟨U+00AD⟩pal"],
    ["\u034f\u115f\u3164\uffa0", "⟨U+034F⟩⟨U+115F⟩⟨U+3164⟩⟨U+FFA0⟩"],
    ["x\u{e0041}", "x⟨U+E0041⟩"],
    ["⚠\ufe0f", "⚠\ufe0f"],
    ["x\u007f\u0085", "x⟨U+007F⟩⟨U+0085⟩"],
    ["a\rb", "a⟨U+000D⟩b"],
    ["a\r\nb\n\tc", "a\nb\n\tc"],
    ["naïve 字 😀 <b>", "naïve 字 😀 <b>"],
    ["so\u00adft", "so⟨U+00AD⟩ft"],
    ["a\u034fb", "a⟨U+034F⟩b"],
    ["\u115f\u1160\u3164\uffa0", "⟨U+115F⟩⟨U+1160⟩⟨U+3164⟩⟨U+FFA0⟩"],
    ["tag\u{e0061}\u{e007f}", "tag⟨U+E0061⟩⟨U+E007F⟩"],
    ["\u180e\u17b4\u2028", "⟨U+180E⟩⟨U+17B4⟩⟨U+2028⟩"],
    ["⚠\ufe0f High, x\ufe0f", "⚠\ufe0f High, x⟨U+FE0F⟩"],
  ])("shows %j as %j", (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it("leaves no character that controls the line or its direction", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visibleText(text);
        expect(shown.replace(/(?<=\p{Extended_Pictographic})\ufe0f/gu, "")).not.toMatch(
          /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
        );
        expect(visibleText(shown)).toBe(shown);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("shownText", () => {
  it("keeps to its length after invisible characters are replaced", () => {
    expect(shownText("\u200b".repeat(50), 10)).toBe("⟨U+200B⟩⟨U");
    fc.assert(
      fc.property(anyText, fc.nat(300), (text, lengthMax) => {
        expect(lengthOf(shownText(text, lengthMax))).toBeLessThanOrEqual(lengthMax);
      }),
    );
  });
});

describe("defang", () => {
  it.each([
    ["192.0.2.7", "192[.]0[.]2[.]7"],
    ["https://evil.example/a.b", "hxxps://evil[.]example/a[.]b"],
    ["HTTP://evil.example", "hxxp://evil[.]example"],
    ["someone@evil.example", "someone[@]evil[.]example"],
    ["plain", "plain"],
  ])("writes %s as %s", (value, safe) => {
    expect(defang(value)).toBe(safe);
  });

  it("leaves nothing that a program would turn into a link", () => {
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        expect(defang(url)).not.toMatch(/https?:|\w\.\w|\w@\w/i);
      }),
    );
  });
});

describe("httpsUrl", () => {
  it.each([
    ["https://portal.azure.com/#blade/x", "https://portal.azure.com/#blade/x"],
    ["  https://a.example  ", "https://a.example/"],
    ["HTTPS://A.EXAMPLE/", "https://a.example/"],
  ])("accepts %j", (value, href) => {
    expect(httpsUrl(value)).toBe(href);
  });

  it.each([
    ["http://a.example/"],
    ["javascript:alert(1)"],
    ["java\nscript:alert(1)"],
    ["data:text/html,x"],
    ["https://user@a.example/"],
    ["https://user:pass@a.example/"],
    ["https://management.azure.com@evil.example/"],
    ["//a.example/"],
    ["/relative"],
    ["ftp://a.example"],
    ["https://"],
    [""],
    [null],
    [42],
    [{ href: "https://a.example" }],
    [`https://a.example/${"x".repeat(4_100)}`],
  ])("refuses %j", (value) => {
    expect(httpsUrl(value)).toBeNull();
  });

  it("returns only https addresses without a user", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          anyText,
          fc.webUrl().map((url) => url.replace("//", "//u:p@")),
        ),
        (value) => {
          const href = httpsUrl(value);
          fc.pre(href !== null);
          expect(href).toMatch(/^https:\/\/[^/@?#]+[/?#]/);
        },
      ),
    );
  });
});
