import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type Syntax } from "./syntax.ts";

const effects = new Set(["useEffect", "useLayoutEffect", "useInsertionEffect"]);
const madeAnew = new Set([
  "ArrowFunctionExpression",
  "FunctionExpression",
  "ArrayExpression",
  "ObjectExpression",
]);

/** Names that a file gives to what is another thing at each render: a function, a list, a set. */
function namesMadeAnew(tree: Syntax): Set<string> {
  const names = new Set<string>();
  for (const [{ id, init }, above] of find(tree, "VariableDeclarator")) {
    const kind = (init as Syntax | null)?.type ?? "";
    const isInside = above.some((one) => /Function/.test(one.type));
    if (isInside && (madeAnew.has(kind) || kind === "NewExpression")) names.add(nameOf(id) ?? "");
  }
  for (const [{ identifier }, above] of find(tree, "FunctionDeclaration"))
    if (above.some((one) => /Function/.test(one.type))) names.add(nameOf(identifier) ?? "");
  return names;
}

// it would be torn down and begun again at each render: a timer that restarts never ends, and focus is taken away
it("makes no effect depend on what is made anew at each render", () => {
  let seen = 0;
  const wrong = parseRooms("app", "components").flatMap(({ path, tree }) => {
    const anew = namesMadeAnew(tree);
    return [...find(tree, "CallExpression")].flatMap(([{ callee, arguments: all }]) => {
      if (!effects.has(nameOf(callee) ?? "")) return [];
      seen++;
      const depends = (all as { expression: Syntax }[])[1]?.expression.elements ?? [];
      const names = (depends as ({ expression: Syntax } | null)[]).map(
        (one) => nameOf(one?.expression) ?? "",
      );
      // what a parent hands down to be called is made by its parent at each render
      return names
        .filter((name) => anew.has(name) || /^on[A-Z]/.test(name))
        .map((name) => `${path}: ${name}`);
    });
  });
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(20);
});
