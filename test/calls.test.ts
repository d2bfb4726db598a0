import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type SourceFile, type Syntax } from "./syntax.ts";

/** Hooks whose `run` takes an action and says of it what it came to. */
const runners = /^use(Action|Outcome|Stream)$/;
/** What asks the server by itself. */
const asks = new Set(["fetch", "signIn"]);

/** Names under which a file holds server actions. */
function actionsOf(tree: Syntax): Set<string> {
  const names = [...find(tree, "ImportDeclaration")].flatMap(([{ source, specifiers, typeOnly }]) =>
    !typeOnly && /(^|\/)actions\.ts$/.test((source as Syntax).value as string)
      ? (specifiers as { local: Syntax }[]).map(({ local }) => nameOf(local) ?? "")
      : [],
  );
  return new Set(names);
}

/** Names of `run` that the file has of such a hook. */
function runsOf(tree: Syntax): Set<string> {
  const names = [...find(tree, "VariableDeclarator")].flatMap(([{ id, init }]) => {
    const pattern = id as Syntax;
    const hook = nameOf((init as Syntax | null)?.callee) ?? "";
    if (pattern.type !== "ObjectPattern" || !runners.test(hook)) return [];
    return (pattern.properties as Syntax[]).map((one) => nameOf(one.key ?? one.value) ?? "");
  });
  return new Set(names.filter((name) => name === "run"));
}

/** Whether a call that throws ends in words: it stands in a `try` with a `catch`, or is handed to a hook's `run`. */
function isCaught(call: Syntax, above: Syntax[], runs: Set<string>): boolean {
  return above.some((one, index) => {
    const inner = above[index - 1] ?? call;
    if (one.type === "TryStatement") return one.block === inner && one.handler !== null;
    return one.type === "CallExpression" && runs.has(nameOf(one.callee) ?? "") && one.callee !== inner;
  });
}

const at = ({ path }: SourceFile, name: string) => `${path}: ${name}`;

// what throws is a portal that can't be reached, or one that was updated since the page was opened; uncaught, the
// person sees nothing of it, or loses the page to an error that isn't its own
it("catches every call of the server", () => {
  let seen = 0;
  const wrong = parseRooms("app", "components").flatMap((file) => {
    const actions = actionsOf(file.tree);
    const runs = runsOf(file.tree);
    return [...find(file.tree, "CallExpression")].flatMap(([call, above]) => {
      const name = nameOf(call.callee) ?? "";
      if (!actions.has(name) && !asks.has(name)) return [];
      seen++;
      return isCaught(call, above, runs) ? [] : [at(file, name)];
    });
  });
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(50);
});

it("hands no server action to a form, which would throw where nobody catches", () => {
  const wrong = parseRooms("app", "components").flatMap((file) =>
    [...find(file.tree, "JSXAttribute")].flatMap(([{ name, value }]) =>
      /^(action|formAction)$/.test(nameOf(name) ?? "") && (value as Syntax | null)?.type !== "StringLiteral"
        ? [at(file, nameOf(name) ?? "")]
        : [],
    ),
  );
  expect(wrong).toEqual([]);
});
