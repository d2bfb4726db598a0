import { dirname, join } from "node:path";

type File = { path: string; text: string };
type Known = {
  /** the folders whose files may be named */
  rooms: readonly string[];
  /** whether a file or folder exists */
  exists: (path: string) => boolean;
  /** the names of all files in these folders, without their folders */
  names: ReadonlySet<string>;
};

const inBackticks = /`([\w.()[\]-]+(?:\/[\w.()[\]-]+)+\/?)`/g;
const nameInBackticks = /`([\w-][\w.-]*\.(?:tsx?|mjs|sql))`/g;
const links = /\]\(([^)\s#:]+)(?:#[^)\s]*)?\)/g;
/** matches a line of a comment in TypeScript, JavaScript or SQL */
const commentLine = /(?:^|\s)(?:\/\/|\/?\*{1,2}|--) (.*)/;

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);

/**
 * Returns a sentence for each path that a page of the documentation or a comment names and that doesn't exist. Pages name paths in
 * backticks, drawings or links, and files by name alone in backticks.
 */
export function namedPathProblems(files: readonly File[], { rooms, exists, names }: Known): string[] {
  const paths = new RegExp(
    `(?<![\\w./-])((?:${rooms.join("|")})/[\\w.()[\\]/-]+\\.(?:tsx?|m?js|sql)\\b)`,
    "g",
  );
  return files.flatMap(({ path, text }) => {
    const isPage = path.endsWith(".md");
    const prose = isPage
      ? text
      : text
          .split("\n")
          .map((line) => commentLine.exec(line)?.[1] ?? "")
          .join("\n");
    const inTicks = all(prose, inBackticks).filter((found) => rooms.includes(found.split("/")[0] ?? ""));
    const linked = isPage ? all(text, links).map((found) => join(dirname(path), found)) : [];
    const named = [...new Set([...inTicks, ...all(prose, paths), ...linked])].filter(
      (found) => !exists(found),
    );
    const alone = [...new Set(all(prose, nameInBackticks))].filter((name) => !names.has(name));
    return [...named, ...alone].map((found) => `${path} names ${found}, which doesn't exist.`);
  });
}
