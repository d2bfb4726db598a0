import { readFileSync } from "node:fs";
import { parseSync } from "@swc/core";

type Node = { type: string; span: { start: number; end: number } } & Record<string, unknown>;
/** A function that is longer than its room allows. `line` is where it begins. */
type LongFunction = { name: string; line: number; lines: number };

const functions = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassMethod",
  "PrivateMethod",
  "Constructor",
  "MethodProperty",
]);
/** Says why a function is long, in the line above it. */
const reason = /^\s*\/\/ long: \S/;

/** Lines a function may have: components are mostly markup, so the pages' room allows more. */
const limitOf = (path: string) => (path.startsWith("app/") ? 120 : 60);

/** Functions over their limit that stood when the limit came. This list may only shrink. */
const known: Record<string, number> = {
  "app/(portal)/detections/_components/detection-view.tsx DetectionView": 165,
  "bench/main.ts inDatabase": 63,
  "bench/screen.ts onScreen": 65,
  "db/hints.ts openHints": 63,
  "e2e/accessibility.spec.ts every page holds against axe, in light and dark, …": 63,
  "e2e/outgoing-webhook.spec.ts an admin sets up the outgoing webhook, and sees what came of everything it was told": 61,
  "e2e/people.spec.ts three people, each with what Azure gives them, side by side": 70,
  "db/queries/ingest/unconfirmed.ts countMissedPoll": 68,
  "lib/triage/send-status.ts finish": 64,
  "lib/ingest/pipe-tests/run.ts runPipeTest": 61,
  "lib/vendors/shared/microsoft-entra/answer-problems.ts answerProblems": 75,
  "test/outgoing.ts startOutgoing": 87,
  "emulator/azure/seed-alerts.ts alertOf": 96,
  "emulator/start.ts startEmulator": 150,
  "lib/auth/options.ts authOptions": 71,
  "lib/ingest/merge/merge.ts mergeBatch": 61,
  "lib/sources/configurations/get.ts getVendorConfiguration": 96,
  "lib/triage/get.ts getDetection": 102,
  "lib/triage/set-status.ts requestOne": 83,
  "lib/triage/stream/hub.ts openHub": 90,
  "lib/vendors/defender-for-cloud/client.ts armClient": 100,
  "scripts/demo-phones.ts startDemoPhones": 91,
  "test/bad-inputs.ts badInputs": 102,
  "test/bicep-syntax.ts parseBicep": 110,
  "test/bicep.ts readBicep": 70,
  "test/emulator.ts useEmulator": 147,
  "test/fill.ts fill": 73,
  "test/isolation.integration.test.ts fillPushTables": 81,
  "test/mail-service.ts startMailService": 83,
  "test/notifying.ts startNotifying": 98,
  "test/push-service.ts startPushService": 88,
  "test/stack.ts startTestStack": 92,
  "test/webhook-stack.ts startWebhookStack": 73,
};

/** The outermost functions of a file that have more than `limit` lines and no reason above them. */
export function longFunctions(path: string, text: string, limit: number): LongFunction[] {
  const source = Buffer.from(text);
  const lineAt = (offset: number) => source.subarray(0, offset).toString().split("\n").length;
  const lines = text.split("\n");
  const found: LongFunction[] = [];
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) return value.forEach((element) => visit(element, name));
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    const own = nameOf(node) ?? name;
    if (functions.has(node.type)) {
      // swc counts bytes from 1
      const line = lineAt(node.span.start - 1);
      const length = lineAt(node.span.end - 1) - line + 1;
      if (length > limit) {
        if (!reason.test(lines[line - 2] ?? "")) found.push({ name: own, line, lines: length });
        return;
      }
    }
    for (const child of childrenOf(node)) visit(child, own);
  };
  const syntax = { syntax: "typescript", tsx: path.endsWith("x"), target: "es2024" } as const;
  visit(parseSync(text, syntax).body, "anonymous");
  return found;
}

/** What a node holds; of a `describe`, the tests in it, since it is a list and no function. */
function childrenOf(node: Node): unknown[] {
  const callee = node.type === "CallExpression" ? baseOf(node.callee as Node) : "";
  if (callee !== "describe") return Object.values(node);
  return (node.arguments as { expression: Node }[]).map(({ expression }) => expression.body);
}

/** `describe` of `describe.each(…)` too. */
function baseOf(callee: Node): string {
  if (callee.type === "MemberExpression") return baseOf(callee.object as Node);
  if (callee.type === "CallExpression") return baseOf(callee.callee as Node);
  return callee.type === "Identifier" ? (callee.value as string) : "";
}

/** The name that a node gives to a function in it: its own, or the first text of a call, as tests have it. */
function nameOf(node: Node): string | undefined {
  const { identifier, id, key, callee } = node as Record<string, Node | undefined>;
  const named = identifier ?? id ?? key;
  if (named && typeof named.value === "string") return named.value;
  if (!callee) return undefined;
  const [first] = node.arguments as { expression: Node }[];
  if (first?.expression.type === "StringLiteral") return first.expression.value as string;
  if (first?.expression.type !== "TemplateLiteral") return undefined;
  return (first.expression.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join("…");
}

/** What is wrong with the lengths of functions in these files, a sentence each. */
export function lengthProblems(paths: readonly string[]): string[] {
  const long = new Map<string, LongFunction & { path: string }>();
  for (const path of paths)
    for (const found of longFunctions(path, readFileSync(path, "utf8"), limitOf(path)))
      long.set(`${path} ${found.name}`, { path, ...found });
  const tooLong = [...long].flatMap(([key, { path, line, name, lines }]) =>
    lines > (known[key] ?? 0)
      ? [
          `${path}:${line}: ${name} has ${lines} lines; ${known[key] ?? limitOf(path)} is the most. Split it, or say why above it: // long: …`,
        ]
      : [],
  );
  const mended = Object.keys(known)
    .filter((key) => !long.has(key))
    .map((key) => `${key} isn't too long any more. Take it off the list in scripts/function-lengths.ts.`);
  return [...tooLong, ...mended];
}
