export type BicepNode =
  | { kind: "value"; value: unknown }
  | { kind: "text"; parts: (string | BicepNode)[] }
  | { kind: "list"; items: BicepNode[] }
  | { kind: "object"; entries: [string, BicepNode][] }
  | { kind: "loop"; name: string; over: BicepNode; each: BicepNode }
  | { kind: "call"; name: string; args: BicepNode[] }
  | { kind: "member"; of: BicepNode; name: string }
  | { kind: "name"; name: string };
type Decorator = { name: string; args: BicepNode[] };
type BicepStatement =
  | { kind: "param"; name: string; type: string; fallback: BicepNode | null; decorators: Decorator[] }
  | { kind: "var"; name: string; value: BicepNode }
  | { kind: "resource"; name: string; type: string; body: BicepNode };

/** Parses a Bicep file. Knows only the kinds of statements that our own file uses, and throws an Error at any other. */
// long: its parts share the position in the text
export function parseBicep(source: string): BicepStatement[] {
  const text = source.replace(/^\s*\/\/.*$/gm, "");
  let at = 0;
  const fail = (wanted: string): never => {
    throw new Error(`${wanted} was expected at: ${text.slice(at, at + 40)}`);
  };
  const take = (pattern: RegExp): string | null => {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = at;
    const [found] = sticky.exec(text) ?? [];
    if (found !== undefined) at += found.length;
    return found ?? null;
  };
  const blank = () => take(/\s*/);
  const must = (pattern: RegExp) => (blank(), take(pattern) ?? fail(String(pattern)));
  const has = (pattern: RegExp) => (blank(), take(pattern) !== null);
  const word = () => must(/[a-zA-Z_]\w*/);

  function quoted(): BicepNode {
    const parts: (string | BicepNode)[] = [];
    while (take(/'/) === null) {
      if (take(/\$\{/) !== null) {
        parts.push(expression());
        must(/\}/);
      } else if (take(/\\/) !== null) {
        const escaped = take(/['\\$]/) ?? fail("an escape that is read here");
        parts.push(escaped);
      } else parts.push(take(/[^'\\$\n]+/) ?? take(/\$/) ?? fail("the end of a string"));
    }
    return { kind: "text", parts };
  }

  function list(closing: RegExp): BicepNode[] {
    const items: BicepNode[] = [];
    while (!has(closing)) {
      items.push(expression());
      has(/,/);
    }
    return items;
  }

  function object(): BicepNode {
    const entries: [string, BicepNode][] = [];
    while (!has(/\}/)) {
      const key = has(/'/) ? quoted() : { kind: "text" as const, parts: [word()] };
      must(/:/);
      if (key.kind === "text") entries.push([key.parts.join(""), expression()]);
    }
    return { kind: "object", entries };
  }

  function primary(): BicepNode {
    if (has(/'/)) return quoted();
    if (has(/\{/)) return object();
    if (has(/\[/)) {
      if (!has(/for\b/)) return { kind: "list", items: list(/\]/) };
      const name = word();
      must(/in\b/);
      const over = expression();
      must(/:/);
      const each = expression();
      must(/\]/);
      return { kind: "loop", name, over, each };
    }
    const number = take(/\d+/);
    if (number !== null) return { kind: "value", value: Number(number) };
    const name = word();
    const words: Record<string, unknown> = { true: true, false: false, null: null };
    if (name in words) return { kind: "value", value: words[name] };
    return take(/\(/) === null ? { kind: "name", name } : { kind: "call", name, args: list(/\)/) };
  }

  function expression(): BicepNode {
    blank();
    let node = primary();
    while (take(/\./) !== null) node = { kind: "member", of: node, name: word() };
    return node;
  }

  const statements: BicepStatement[] = [];
  let decorators: Decorator[] = [];
  for (blank(); at < text.length; blank()) {
    if (has(/@/)) {
      const name = word();
      must(/\(/);
      decorators.push({ name, args: list(/\)/) });
      continue;
    }
    const kind = word();
    if (kind === "targetScope") {
      must(/= *'resourceGroup'/);
      continue;
    }
    const name = word();
    if (kind === "param") {
      const type = word();
      const fallback = take(/ *= */) === null ? null : expression();
      statements.push({ kind, name, type, fallback, decorators });
    } else if (kind === "var") {
      must(/=/);
      statements.push({ kind, name, value: expression() });
    } else if (kind === "resource") {
      const type = must(/'[^']+'/).slice(1, -1);
      must(/=/);
      statements.push({ kind, name, type, body: expression() });
    } else fail("param, var or resource");
    decorators = [];
  }
  return statements;
}
