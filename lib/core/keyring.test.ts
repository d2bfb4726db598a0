import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type Syntax } from "#test/syntax.ts";

// a type in keyring.ts lists everything the keyring seals, so that a rotation reseals all of it (lib/alerting/keys.ts)
it("lib/core/keyring.ts is the only file that uses the keyring", () => {
  const users = parseRooms("lib", "app", "programs").filter(({ tree }) => {
    const read = [...find(tree, "MemberExpression")].some(([{ property }]) => nameOf(property) === "keyring");
    const taken = ["KeyValuePatternProperty", "AssignmentPatternProperty"].some((type) =>
      [...find(tree, type)].some(([{ key }]) => nameOf(key as Syntax) === "keyring"),
    );
    return read || taken;
  });
  expect(users.map(({ path }) => path)).toEqual(["lib/core/keyring.ts"]);
});
