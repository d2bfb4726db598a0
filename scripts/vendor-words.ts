/** the files of the portal's own sign-in, which always uses Entra ID; this list must never grow */
const ownSignIn = ["app/(auth)/use-sign-in.ts", "lib/auth/options.ts", "lib/platform/env.ts"];

/**
 * for each file, the vendor's words in names that docs/wire.md promises to keep; the file may use no other words of the
 * vendor
 */
const onTheWire: Record<string, readonly string[]> = {
  // fields of API v1
  "app/api/v1/_answers/configuration.ts": ["subscriptionId"],
  "lib/schemas/api.ts": ["subscriptionId"],
  "lib/schemas/api-examples.ts": ["subscriptionId"],
};

/** matches the words of one vendor, in identifiers, comments and texts */
const vendorWords = [
  /azure|tenant|subscription/i,
  /\bentra(?![a-z])|Entra(?![a-z])|ENTRA/,
  /logic[ -]?app|workflow automation|resource[ -]?manager|defender|sentinel/i,
];
/** matches the browsers' own words for a web push subscription, which are allowed */
const browserWords = /push[ _-]?subscription|getSubscription\b/gi;

type File = { path: string; text: string };

/**
 * Returns a sentence for each file that uses a vendor's word without permission, and for each list entry that is no longer
 * needed.
 */
export function vendorWordProblems(files: readonly File[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const listed = [...ownSignIn, ...Object.keys(onTheWire)];
  return [
    ...listed
      .filter((path) => !paths.has(path))
      .map((path) => `${path} doesn't exist. Take it off the list.`),
    ...files.flatMap(problemsOf),
  ];
}

function problemsOf({ path, text }: File): string[] {
  const kept = onTheWire[path] ?? [];
  const rest = kept.reduce((left, word) => left.replaceAll(word, ""), text.replaceAll(browserWords, ""));
  const [found] = vendorWords.flatMap((pattern) => pattern.exec(rest)?.[0] ?? []);
  const mayUseAny = ownSignIn.includes(path);
  return [
    ...kept
      .filter((word) => !text.includes(word))
      .map((word) => `${path} doesn't use ${word} any more. Take it off the list.`),
    ...(found && !mayUseAny
      ? [
          `${path} uses “${found}”, a vendor's word. Use the glossary's words, or those of the vendor's manifest.`,
        ]
      : []),
    ...(!found && mayUseAny ? [`${path} uses no vendor's word any more. Take it off the list.`] : []),
  ];
}
