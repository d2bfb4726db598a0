import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDeliveryBody } from "./read-body.ts";

const json = '{"title":"Größe 字 😀","n":1}';
const value = JSON.parse(json) as object;
const utf16 = Buffer.from(json, "utf16le");

describe("a delivery's body", () => {
  it.each<[string, Buffer, string | null, RegExp[]]>([
    ["UTF-8", Buffer.from(json), "application/json; charset=utf-8", []],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${json}`), "application/cloudevents+json", []],
    ["without a content type", Buffer.from(json), null, []],
    ["UTF-16", utf16, "application/json", [/UTF-16/]],
    ["UTF-16, big-endian", Buffer.from(utf16).swap16(), null, [/UTF-16/]],
    ["UTF-16 with a byte order mark", Buffer.from(`\ufeff${json}`, "utf16le"), null, [/UTF-16/]],
    ["UTF-16, big-endian, with a mark", Buffer.from(`\ufeff${json}`, "utf16le").swap16(), null, [/UTF-16/]],
    ["of type text/plain", Buffer.from(json), "text/plain; charset=utf-8", [/content type is text\/plain/]],
    ["of type octet-stream", Buffer.from(json), "application/octet-stream", [/octet-stream/]],
    [
      "inside a string",
      Buffer.from(JSON.stringify(json)),
      "application/json",
      [/inside a string.*@triggerBody/],
    ],
    [
      "inside a string of text",
      Buffer.from(JSON.stringify(json)),
      "text/plain",
      [/text\/plain/, /inside a string/],
    ],
    [
      "inside a string in a string",
      Buffer.from(JSON.stringify(JSON.stringify(json))),
      null,
      [/inside a string/],
    ],
    ["base64", Buffer.from(Buffer.from(json).toString("base64")), null, [/base64.*@triggerBody/]],
    [
      "base64 in a string",
      Buffer.from(JSON.stringify(Buffer.from(json).toString("base64"))),
      null,
      [/base64/],
    ],
    [
      "UTF-16 in base64",
      Buffer.from(Buffer.from(`\ufeff${json}`, "utf16le").toString("base64")),
      null,
      [/base64/],
    ],
    [
      "in a field of a form",
      Buffer.from(new URLSearchParams({ source: "x", payload: json }).toString()),
      "application/x-www-form-urlencoded",
      [/x-www-form/, /in a form.*@triggerBody/],
    ],
    ["encoded as a form", Buffer.from(encodeURIComponent(json)), null, [/in a form/]],
  ])("is read, and what is odd about it is noted: %s", (_what, bytes, type, notes) => {
    const read = readDeliveryBody(bytes, type);
    expect(read).toEqual({
      ok: true,
      value,
      text: json,
      mended: false,
      notes: notes.map((note) => expect.stringMatching(note)),
    });
  });

  it.each([
    ["lines", `${json}\n${json}\n`],
    ["lines of Windows, with blank ones", `\ufeff${json}\r\n\r\n${json}`],
    ["a JSON text sequence", `\u001e${json}\n\u001e${json}\n`],
    ["one behind the other", json + json],
    ["with commas", `${json},\n${json},`],
    ["over several lines", `${JSON.stringify(value, null, 2)}\n${JSON.stringify(value, null, 2)}\n`],
  ])("of several objects is a list: %s", (_what, text) => {
    expect(readDeliveryBody(Buffer.from(text), "application/x-ndjson")).toMatchObject({
      ok: true,
      value: [value, value],
      notes: [expect.stringContaining("x-ndjson"), expect.stringContaining("one after the other")],
    });
  });

  it.each([
    ["nothing", ""],
    ["lines of which one is no JSON", `${json}\n{"a":`],
    ["lines that are objects only together", '{"a":1\n{"b":2}'],
    ["lines with too much depth", `{}\n{"a":${"[".repeat(65)}${"]".repeat(65)}}`],
    ["a form with two objects", new URLSearchParams({ a: json, b: json }).toString()],
    ["no JSON", "a=1&b=2"],
    ["a string", '"hello"'],
    ["four strings, one in the other", JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(json))))],
    ["base64 of no JSON", Buffer.from("no JSON, but long enough").toString("base64")],
    ["too much depth", "[".repeat(65) + "]".repeat(65)],
    ["too much depth inside a string", JSON.stringify("[".repeat(65) + "]".repeat(65))],
    ["a text that ends too early", '{"a":"x"y"}'],
    ["an unknown word", '{"a":NaN}'],
  ])("is refused if it has %s", (_what, text) => {
    expect(readDeliveryBody(Buffer.from(text), "text/plain")).toEqual({
      ok: false,
      reason: expect.any(String),
    });
  });

  it.each<[string, string, object]>([
    ["a line break in a text", '{"a":"x\ny"}', { a: "x\ny" }],
    ["a tab and a NUL in a text", '{"a":"x\ty\u0000"}', { a: "x\ty\u0000" }],
    ["escapes beside a line break", '{"a":"\\"\n\\\\"}', { a: '"\n\\' }],
    ["a comma too many", '{"a":[1,2,],"b":{"c":1 , },}', { a: [1, 2], b: { c: 1 } }],
    ["a comma that is text", '{"a":",}\n"}', { a: ",}\n" }],
    ["NULs behind it", '{"a":1}\u0000\u0000', { a: 1 }],
  ])("is mended if it has %s", (_what, text, mended) => {
    expect(readDeliveryBody(Buffer.from(text), null)).toMatchObject({
      ok: true,
      value: mended,
      mended: true,
      notes: [expect.stringContaining("isn't quite JSON")],
    });
  });

  it("says so if it is the page of a proxy", () => {
    for (const text of ["<html>Service unavailable</html>", " <?xml version='1.0'?><a/>"])
      expect(readDeliveryBody(Buffer.from(text), null)).toEqual({
        ok: false,
        reason: "The body is HTML or XML, not JSON.",
      });
  });

  it("is mended in linear time", () => {
    const begun = performance.now();
    readDeliveryBody(Buffer.from(`{"a":"${"\n".repeat(100_000)}`), null);
    readDeliveryBody(Buffer.from(`[${",".repeat(200_000)}`), null);
    readDeliveryBody(Buffer.from("{}".repeat(100_000)), null);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it("is mended if it holds bytes that are no UTF-8, also inside a string", () => {
    for (const text of ['{"a":"\u00ff"}', JSON.stringify('{"a":"\u00ff"}')])
      expect(readDeliveryBody(Buffer.from(text, "latin1"), null)).toMatchObject({ ok: true, mended: true });
  });

  it("never makes reading throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(typeof readDeliveryBody(bytes, null).ok).toBe("boolean");
      }),
    );
  });
});
