import { expect, it } from "vitest";
import { isDatabaseUnavailable } from "./errors.ts";

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error("no", { cause }), { code });

it("recognises an unavailable database by the error's code, at any depth of causes", () => {
  const network = [
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EPIPE",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
  ];
  const driver = ["EAI_AGAIN", "CONNECT_TIMEOUT", "CONNECTION_CLOSED", "CONNECTION_ENDED"];
  for (const code of [...network, ...driver, "57P01", "57P03", "53100", "53300", "08006", "25006"]) {
    expect(isDatabaseUnavailable(withCode(code))).toBe(true);
    expect(isDatabaseUnavailable(new Error("Failed query", { cause: withCode("x", withCode(code)) }))).toBe(
      true,
    );
  }
  for (const other of [
    withCode("23505"),
    withCode("42501"),
    withCode(53300),
    new Error("ECONNREFUSED"),
    null,
  ])
    expect(isDatabaseUnavailable(other)).toBe(false);
});
