import fc from "fast-check";
import { expect, it } from "vitest";
import { fillIn, partsOf } from "./guide-text.ts";

it("fills in what is known and leaves the rest to be seen", () => {
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

it("makes no link of any other scheme", () => {
  expect(partsOf("[x](javascript:alert(1))")).toEqual([{ kind: "plain", text: "[x](javascript:alert(1))" }]);
});

const joined = (text: string) =>
  partsOf(text)
    .map((part) => part.text)
    .join("");

it("loses no text, whatever it is given, but the marks", () => {
  const bare = (text: string) => text.replaceAll(/[*`[\]()]/g, "");
  const piece = fc.constantFrom("**", "`", "[", "](", ")", "#a", "/b", "some text", " ");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (text) => {
        expect(partsOf(text).every((part) => part.kind === "link" || text.includes(part.text))).toBe(true);
        expect(bare(text)).toContain(bare(joined(text)).slice(0, 1));
      },
    ),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const plain = bare(text);
      expect(joined(plain)).toBe(plain);
    }),
  );
});
