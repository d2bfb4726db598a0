import { chainOf, type Node, parseSource, spanLines, walk } from "./syntax-tree.ts";

type File = { path: string; text: string };
/** Where a node stands: its statement, and whether a loop of the same function contains it. */
type Place = { statement: Node | null; isInLoop: boolean };

const loops = /^(?:For|ForOf|ForIn|While|DoWhile)Statement$/;
const functions = /Function|Method|^Constructor$/;
const statements = /Statement$|^VariableDeclaration$/;
const comment = /(?:^|\s)\/\/ \S/;
const noHandling = "an error is dropped. Handle it, or say in a comment why that is right.";
const noReason = "a fixed wait. Wait for what should happen, or give the reason in a comment.";
/** matches a text that reads like a sentence, such as one that a person gets */
const sentence = /\w+ [\w’']+ [\w’']+/;

/** Whether a node throws, or says in a sentence what happened. */
function tells(node: unknown): boolean {
  let found = false;
  walk(node, ({ type, value, cooked }) => {
    const isText = type === "StringLiteral" || type === "TemplateElement";
    found ||= type === "ThrowStatement" || (isText && sentence.test(String(value ?? cooked)));
  });
  return found;
}

/** Whether a node drops the error that it catches: its handler names none, throws none, and says nothing to anybody. */
function dropsError(node: Node): boolean {
  if (node.type === "CatchClause") return !node.param && !tells(node.body);
  if (node.type !== "CallExpression" || chainOf(node).at(-1) !== "catch") return false;
  const [first] = node.arguments as { expression: Node }[];
  const handler = first?.expression;
  return (
    handler?.type === "ArrowFunctionExpression" &&
    (handler.params as unknown[]).length === 0 &&
    !tells(handler.body)
  );
}

/** Whether a node waits for a fixed time, written as a number. */
function waitsFixedTime({ type, argument }: Node): boolean {
  if (type !== "AwaitExpression") return false;
  const call = argument as Node;
  if (call.type === "CallExpression") {
    const [first] = call.arguments as { expression: Node }[];
    const isWait = /^(?:pause|pauseOrAbort|waitForTimeout)$/.test(chainOf(call).at(-1) ?? "");
    return isWait && first?.expression.type === "NumericLiteral";
  }
  let found = false;
  if (call.type === "NewExpression" && chainOf(call.callee).join() === "Promise")
    walk(call.arguments, (node) => {
      const second = (node.arguments as { expression: Node }[] | undefined)?.[1];
      found ||= chainOf(node).join() === "setTimeout" && second?.expression.type === "NumericLiteral";
    });
  return found;
}

/** Calls `visit` for every node of a syntax tree with its place, outer nodes first. */
function walkPlaces(value: unknown, place: Place, visit: (node: Node, place: Place) => void): void {
  if (Array.isArray(value)) return value.forEach((element) => walkPlaces(element, place, visit));
  if (typeof value !== "object" || value === null) return;
  const node = value as Node;
  // some inner objects, such as spans, have no type
  const type = (node.type as string | undefined) ?? "";
  const isInLoop = loops.test(type) || (place.isInLoop && !functions.test(type));
  const here = { isInLoop, statement: statements.test(type) ? node : place.statement };
  if (type) visit(node, here);
  for (const child of Object.values(node)) walkPlaces(child, here, visit);
}

/**
 * Returns a sentence for each place in these files that drops an error or waits for a fixed time without a comment that gives the
 * reason. A wait in a loop needs none, because it stands between two attempts.
 */
export function reasonProblems(files: readonly File[]): string[] {
  return files.flatMap(({ path, text }) => {
    const found: string[] = [];
    const lines = text.split("\n");
    const linesAt = spanLines(text);
    const hasReason = (from: number, until: number) =>
      lines.slice(Math.max(0, from - 1), until).some((line) => comment.test(line));
    walkPlaces(
      parseSource(path, text),
      { statement: null, isInLoop: false },
      (node, { statement, isInLoop }) => {
        const dropped = dropsError(node);
        if (!dropped && (isInLoop || !waitsFixedTime(node))) return;
        const { first, last } = linesAt(node);
        const from = node.type === "CatchClause" || !statement ? first : linesAt(statement).first - 1;
        if (!hasReason(from, last))
          found.push(`${path}:${dropped ? last : first}: ${dropped ? noHandling : noReason}`);
      },
    );
    return found;
  });
}
