import fc from "fast-check";
import { expect, it } from "vitest";
import { fillIn, partsOf } from "./guide-text.ts";

it("fills in known values and leaves the other names visible", () => {
  const values = { tenantId: " t-1 ", empty: "" };
  expect(fillIn("{tenantId}/{empty}/{other}/{tenantId}", values)).toBe("t-1/{empty}/{other}/t-1");
  expect(fillIn("{toString} {constructor}", {})).toBe("{toString} {constructor}");
  expect(fillIn("{name}", { name: "$& $1" })).toBe("$& $1");
});

it("finds bold, code and links", () => {
  expect(partsOf("Open **Settings**, copy `a b`, see [Step 1](#step-1).")).toEqual([
    { kind: "plain", text: "Open " },
    { kind: "bold", text: "Settings" },
    { kind: "plain", text: ", copy " },
    { kind: "code", text: "a b" },
    { kind: "plain", text: ", see " },
    { kind: "link", text: "Step 1", href: "#step-1" },
    { kind: "plain", text: "." },
  ]);
});

it("makes no link with another scheme", () => {
  expect(partsOf("[x](javascript:alert(1))")).toEqual([{ kind: "plain", text: "[x](javascript:alert(1))" }]);
});

it("keeps text without marks whole, and adds no text", () => {
  const piece = fc.constantFrom("**", "`", "[", "](", ")", "#a", "/b", "some text", " ");
  const marked = fc.array(piece).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(marked, (text) => {
      for (const part of partsOf(text)) expect(text).toContain(part.text);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const plain = text.replaceAll(/[*`[]/g, "");
      expect(partsOf(plain).map((part) => part.text)).toEqual(plain === "" ? [] : [plain]);
    }),
  );
});
