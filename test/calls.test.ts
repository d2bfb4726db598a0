import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type SourceFile, type Syntax } from "./syntax.ts";

/** matches the hooks whose `run` calls a server action and shows the action's outcome */
const runners = /^use(Action|Stream)$/;
/** functions that send a request to the server without a server action */
const serverCalls = new Set(["fetch", "signIn"]);

const files = parseRooms("app", "components");
const at = ({ path }: SourceFile, name: string) => `${path}: ${name}`;
const isShared = ({ path }: SourceFile) => path.startsWith("components/ui/");

/** Returns the names of the server actions that a file imports. */
function actionsOf(tree: Syntax): Set<string> {
  const names = [...find(tree, "ImportDeclaration")].flatMap(([{ source, specifiers, typeOnly }]) =>
    !typeOnly && /(^|\/)actions\.ts$/.test((source as Syntax).value as string)
      ? (specifiers as { local: Syntax }[]).map(({ local }) => nameOf(local) ?? "")
      : [],
  );
  return new Set(names);
}

/** Returns the names by which a file calls the `run` of its hooks, such as `run` or `saving.run`. */
function runsOf(tree: Syntax): Set<string> {
  const names = [...find(tree, "VariableDeclarator")].flatMap(([{ id, init }]) => {
    const pattern = id as Syntax;
    if (!runners.test(nameOf((init as Syntax | null)?.callee) ?? "")) return [];
    if (pattern.type !== "ObjectPattern") return [`${nameOf(pattern)}.run`];
    return (pattern.properties as Syntax[]).flatMap(({ key, value }) =>
      nameOf(key) === "run" ? [nameOf(value ?? key) ?? ""] : [],
    );
  });
  return new Set(names);
}

/** Returns the name of the function in a call, such as `run` or `saving.run`. */
function calleeOf(call: Syntax): string {
  const callee = call.callee as Syntax;
  if (callee.type !== "MemberExpression") return nameOf(callee) ?? "";
  return `${nameOf(callee.object)}.${nameOf(callee.property)}`;
}

const elementOf = (attribute: Syntax[]) => nameOf(attribute[0]?.name) ?? "";

/**
 * Whether a call of a server action is inside a hook's `run` or a ConfirmButton's `action`. Both show the action's outcome.
 */
const isInsideRunner = (call: Syntax, above: Syntax[], runs: Set<string>) =>
  above.some((outer, index) => {
    if (outer.type === "JSXAttribute")
      return nameOf(outer.name) === "action" && elementOf(above.slice(index + 1)) === "ConfirmButton";
    return outer.type === "CallExpression" && runs.has(calleeOf(outer)) && outer !== call;
  });

/** Whether a call is in a `try` block with a `catch`. */
const isCaught = (call: Syntax, above: Syntax[]) =>
  above.some(
    (outer, index) =>
      outer.type === "TryStatement" && outer.block === (above[index - 1] ?? call) && outer.handler !== null,
  );

// the hooks show progress, refusals, an unreachable portal and an outdated page; a direct call would miss one of these
it("calls a server action only through useAction or useStream", () => {
  let seen = 0;
  const wrong = files.flatMap((file) => {
    const actions = actionsOf(file.tree);
    const runs = runsOf(file.tree);
    return [...find(file.tree, "CallExpression")].flatMap(([call, above]) => {
      const name = nameOf(call.callee) ?? "";
      if (!actions.has(name)) return [];
      seen++;
      return isInsideRunner(call, above, runs) ? [] : [at(file, name)];
    });
  });
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(30);
});

it("catches the errors of every other call to the server", () => {
  let seen = 0;
  const wrong = files.flatMap((file) =>
    [...find(file.tree, "CallExpression")].flatMap(([call, above]) => {
      const name = nameOf(call.callee) ?? "";
      if (!serverCalls.has(name)) return [];
      seen++;
      return isCaught(call, above) ? [] : [at(file, name)];
    }),
  );
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(3);
});

// nothing catches what a form's action throws; ActionButton's doesn't throw
it("gives a form an action only in ActionButton", () => {
  const wrong = files.flatMap((file) =>
    [...find(file.tree, "JSXAttribute")].flatMap(([{ name, value }, above]) => {
      const isFunction = (value as Syntax | null)?.type !== "StringLiteral";
      const isOfElement = /^[a-z]/.test(elementOf(above));
      return /^(action|formAction)$/.test(nameOf(name) ?? "") && isFunction && isOfElement
        ? [at(file, elementOf(above))]
        : [];
    }),
  );
  expect(wrong).toEqual(["components/ui/action-button.tsx: form"]);
});

it("uses only the shared components for questions and dialogs", () => {
  const browsersOwn = new Set(["confirm", "alert", "prompt", "showModal"]);
  const wrong = files.flatMap((file) => {
    if (isShared(file)) return [];
    const elements = [...find(file.tree, "JSXOpeningElement")].map(([{ name }]) => nameOf(name) ?? "");
    const calls = [...find(file.tree, "CallExpression")].map(
      ([call]) => calleeOf(call).split(".").at(-1) ?? "",
    );
    return [
      ...elements.filter((name) => name === "dialog"),
      ...calls.filter((name) => browsersOwn.has(name)),
    ].map((name) => at(file, name));
  });
  expect(wrong).toEqual([]);
});

it("uses a Dialog directly only for more than a question", () => {
  const holders = files
    .filter((file) => !isShared(file))
    .filter(({ tree }) =>
      [...find(tree, "JSXOpeningElement")].some(([{ name }]) => nameOf(name) === "Dialog"),
    )
    .map(({ path }) => path.split("/").at(-1) ?? "");
  expect(new Set(holders)).toEqual(
    new Set([
      "configuration-actions.tsx",
      "feed-filters.tsx",
      "keys-help.tsx",
      "rename-device.tsx",
      "status-dialog.tsx",
    ]),
  );
});
