import { expect, it } from "vitest";
import { isDatabaseUnavailable } from "./errors.ts";

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error("no", { cause }), { code });

it("recognises an unavailable database by the error's code, at any depth of causes", () => {
  for (const code of ["ECONNREFUSED", "CONNECT_TIMEOUT", "CONNECTION_CLOSED", "57P01", "53300", "08006"]) {
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
