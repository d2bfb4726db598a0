import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type Syntax } from "#test/syntax.ts";

// a type there names each column, so that what is sealed is also sealed anew (programs/worker/reseal.ts)
it("is the only one to use the keyring", () => {
  const users = parseRooms("lib", "app", "programs").filter(({ tree }) => {
    const read = [...find(tree, "MemberExpression")].some(([{ property }]) => nameOf(property) === "keyring");
    const taken = ["KeyValuePatternProperty", "AssignmentPatternProperty"].some((type) =>
      [...find(tree, type)].some(([{ key }]) => nameOf(key as Syntax) === "keyring"),
    );
    return read || taken;
  });
  expect(users.map(({ path }) => path)).toEqual(["lib/core/keyring.ts"]);
});
