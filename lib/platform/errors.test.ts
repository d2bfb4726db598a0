import { expect, it } from "vitest";
import { isOutOfReach } from "./errors.ts";

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error("no", { cause }), { code });

it("knows a database that can't serve by the code, however deep it lies", () => {
  for (const code of ["ECONNREFUSED", "CONNECT_TIMEOUT", "CONNECTION_CLOSED", "57P01", "53300", "08006"]) {
    expect(isOutOfReach(withCode(code))).toBe(true);
    expect(isOutOfReach(new Error("Failed query", { cause: withCode("x", withCode(code)) }))).toBe(true);
  }
  for (const other of [
    withCode("23505"),
    withCode("42501"),
    withCode(53300),
    new Error("ECONNREFUSED"),
    null,
  ])
    expect(isOutOfReach(other)).toBe(false);
});
