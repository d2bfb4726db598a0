import { expect, it } from "vitest";
import { find, nameOf, parseRooms, type SourceFile, type Syntax } from "./syntax.ts";

/** Hooks whose `run` takes a call of an action and says what it came to. */
const runners = /^use(Action|Stream)$/;
/** What asks the server by itself. */
const asks = new Set(["fetch", "signIn"]);

const files = parseRooms("app", "components");
const at = ({ path }: SourceFile, name: string) => `${path}: ${name}`;
const isShared = ({ path }: SourceFile) => path.startsWith("components/ui/");

/** Names under which a file holds server actions. */
function actionsOf(tree: Syntax): Set<string> {
  const names = [...find(tree, "ImportDeclaration")].flatMap(([{ source, specifiers, typeOnly }]) =>
    !typeOnly && /(^|\/)actions\.ts$/.test((source as Syntax).value as string)
      ? (specifiers as { local: Syntax }[]).map(({ local }) => nameOf(local) ?? "")
      : [],
  );
  return new Set(names);
}

/** How a file names what runs an action: `run`, or `saving.run` where the whole hook has a name. */
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

/** The name of what is called: `run`, `saving.run`. */
function calleeOf(call: Syntax): string {
  const callee = call.callee as Syntax;
  if (callee.type !== "MemberExpression") return nameOf(callee) ?? "";
  return `${nameOf(callee.object)}.${nameOf(callee.property)}`;
}

const elementOf = (attribute: Syntax[]) => nameOf(attribute[0]?.name) ?? "";

/** Whether a call of an action is handed to what says how it ended: a hook's `run`, or a ConfirmButton's `action`. */
const isHandedOver = (call: Syntax, above: Syntax[], runs: Set<string>) =>
  above.some((outer, index) => {
    if (outer.type === "JSXAttribute")
      return nameOf(outer.name) === "action" && elementOf(above.slice(index + 1)) === "ConfirmButton";
    return outer.type === "CallExpression" && runs.has(calleeOf(outer)) && outer !== call;
  });

/** Whether what a call throws ends in a `catch` of its own function. */
const isCaught = (call: Syntax, above: Syntax[]) =>
  above.some(
    (outer, index) =>
      outer.type === "TryStatement" && outer.block === (above[index - 1] ?? call) && outer.handler !== null,
  );

// it says that it is under way, why it wasn't done, that the portal can't be reached, or that the page is older than
// the portal; called by hand, one of these is forgotten
it("calls a server action only through useAction or useStream", () => {
  let seen = 0;
  const wrong = files.flatMap((file) => {
    const actions = actionsOf(file.tree);
    const runs = runsOf(file.tree);
    return [...find(file.tree, "CallExpression")].flatMap(([call, above]) => {
      const name = nameOf(call.callee) ?? "";
      if (!actions.has(name)) return [];
      seen++;
      return isHandedOver(call, above, runs) ? [] : [at(file, name)];
    });
  });
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(30);
});

it("catches every other question to the server", () => {
  let seen = 0;
  const wrong = files.flatMap((file) =>
    [...find(file.tree, "CallExpression")].flatMap(([call, above]) => {
      const name = nameOf(call.callee) ?? "";
      if (!asks.has(name)) return [];
      seen++;
      return isCaught(call, above) ? [] : [at(file, name)];
    }),
  );
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(3);
});

// a form throws where nobody catches; ActionButton's is given what doesn't throw
it("hands nothing to a form's action but in ActionButton", () => {
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

it("asks and shows dialogs with the shared parts alone", () => {
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

it("opens a dialog of its own only where there is more in it than a question", () => {
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
