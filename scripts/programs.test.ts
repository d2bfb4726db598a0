import { afterEach, expect, it, vi } from "vitest";
import { fail } from "./programs.ts";

afterEach(() => vi.restoreAllMocks());

/** Returns what an operator sees when a program fails with this error. */
function shown(error: unknown): unknown {
  const print = vi.spyOn(console, "error").mockImplementation(() => {});
  const exit = vi.spyOn(process, "exit").mockImplementation(() => {
    throw new Error("exited");
  });
  expect(() => fail(error)).toThrow("exited");
  expect(exit).toHaveBeenCalledWith(1);
  return print.mock.lastCall?.[0];
}

it("an operator sees the database's reason for a refused statement, and not the statement", () => {
  const reason = Object.assign(new Error("permission denied for schema public"), { code: "42501" });
  const failed = new Error("Failed query: CREATE TABLE audit_events\nparams: a-secret", { cause: reason });
  expect(shown(failed)).toBe(
    "The database refused a statement or didn't answer: permission denied for schema public (42501).",
  );
  expect(shown(new Error("Run npm run db:migrate first."))).toBe("Run npm run db:migrate first.");
});
