/** Files of the portal's own sign-in, which is at Entra ID whatever the vendors are. This list may only shrink. */
const ownSignIn = ["app/(auth)/use-sign-in.ts", "lib/auth/options.ts", "lib/platform/env.ts"];

/** What docs/wire.md promises to keep, by the file that says it. A file may say these words and no others. */
const onTheWire: Record<string, readonly string[]> = {
  // fields of API v1
  "app/api/v1/_answers/configuration.ts": ["subscriptionId"],
  "lib/schemas/api.ts": ["subscriptionId"],
  "lib/schemas/api-examples.ts": ["subscriptionId"],
};

/** one vendor's words, in identifiers, comments and texts alike */
const vendorWords = [/azure|tenant|subscription/i, /\bentra(?![a-z])|Entra(?![a-z])|ENTRA/];
/** a browser's own words for the address that web push reaches it by */
const browserWords = /push[ _-]?subscription|getSubscription\b/gi;

type File = { path: string; text: string };

/**
 * What is wrong with the words of these files: a vendor's word where it isn't allowed, and a place of the lists that
 * isn't needed any more.
 */
export function vendorWordProblems(files: readonly File[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const listed = [...ownSignIn, ...Object.keys(onTheWire)];
  return [
    ...listed.filter((path) => !paths.has(path)).map((path) => `${path} isn't there: take it off the list.`),
    ...files.flatMap(problemsOf),
  ];
}

function problemsOf({ path, text }: File): string[] {
  const kept = onTheWire[path] ?? [];
  const rest = kept.reduce((left, word) => left.replaceAll(word, ""), text.replaceAll(browserWords, ""));
  const [found] = vendorWords.flatMap((pattern) => pattern.exec(rest)?.[0] ?? []);
  const mayAny = ownSignIn.includes(path);
  return [
    ...kept
      .filter((word) => !text.includes(word))
      .map((word) => `${path} says ${word} no more: take it off the list.`),
    ...(found && !mayAny
      ? [`${path} says “${found}”, a vendor's word: use the glossary's, or those of its manifest.`]
      : []),
    ...(!found && mayAny ? [`${path} says no vendor's word any more: take it off the list.`] : []),
  ];
}
