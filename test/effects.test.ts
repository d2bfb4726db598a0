import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type Syntax } from "./syntax.ts";

const effects = new Set(["useEffect", "useLayoutEffect", "useInsertionEffect"]);
const madeAnew = new Set([
  "ArrowFunctionExpression",
  "FunctionExpression",
  "ArrayExpression",
  "ObjectExpression",
]);

/** Returns the names of functions, lists and objects that a file's components create again at each render. */
function namesMadeAnew(tree: Syntax): Set<string> {
  const names = new Set<string>();
  for (const [{ id, init }, above] of find(tree, "VariableDeclarator")) {
    const kind = (init as Syntax | null)?.type ?? "";
    const isInside = above.some(({ type }) => /Function/.test(type));
    if (isInside && (madeAnew.has(kind) || kind === "NewExpression")) names.add(nameOf(id) ?? "");
  }
  for (const [{ identifier }, above] of find(tree, "FunctionDeclaration"))
    if (above.some(({ type }) => /Function/.test(type))) names.add(nameOf(identifier) ?? "");
  return names;
}

// such an effect would restart at each render: its timers would never fire, and it would take the focus away
it("no effect depends on a value that is new at each render", () => {
  let seen = 0;
  const wrong = parseRooms("app", "components").flatMap(({ path, tree }) => {
    const anew = namesMadeAnew(tree);
    return [...find(tree, "CallExpression")].flatMap(([{ callee, arguments: all }]) => {
      if (!effects.has(nameOf(callee) ?? "")) return [];
      seen++;
      const depends = (all as { expression: Syntax }[])[1]?.expression.elements ?? [];
      const names = (depends as ({ expression: Syntax } | null)[]).map(
        (element) => nameOf(element?.expression) ?? "",
      );
      // callbacks passed as props are usually new at each render of the parent
      return names
        .filter((name) => anew.has(name) || /^on[A-Z]/.test(name))
        .map((name) => `${path}: ${name}`);
    });
  });
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(20);
});
