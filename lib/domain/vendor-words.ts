import { capital } from "./text.ts";

/** What a vendor calls its own things, for the portal's sentences. */
export type Words = {
  /** the product that raises alerts, in full */
  product: string;
  /** who holds the alerts, as a detection names it */
  provider: string;
  /** a person's own account there */
  account: string;
  /** what a configuration reads, in the singular and the plural */
  scope: string;
  scopes: string;
  /** where a person looks at alerts there, without an article */
  console: string;
  /** who signs people in */
  signIn: string;
  /** the role that lets an account view alerts there */
  readRole: string;
  /** the role that lets it change their status too */
  writeRole: string;
};

type Optional = "signIn" | "readRole" | "writeRole";
/** The words as a vendor's manifest gives them. */
export type VendorWords = Omit<Words, Optional> & Partial<Pick<Words, Optional>>;

/** A vendor's words, with general ones in the place of those it doesn't give. */
export const wordsOf = (words: VendorWords): Words => ({
  ...neutralWords,
  signIn: words.provider,
  ...words,
});

/** Words that fit any vendor. */
export const neutralWords: Words = {
  product: "the vendor",
  provider: "the vendor",
  account: "vendor account",
  scope: "scope",
  scopes: "scopes",
  console: "vendor's console",
  signIn: "the vendor",
  readRole: "a role that can view alerts",
  writeRole: "a role that can change alerts",
};

/** The words that fit all of several vendors: what they agree on, and neutral ones for the rest. */
export function commonWords(all: readonly Words[]): Words {
  const [first, ...others] = all;
  if (!first) return neutralWords;
  const names = Object.keys(neutralWords) as (keyof Words)[];
  const agreed = names.filter((name) => others.every((words) => words[name] === first[name]));
  return { ...neutralWords, ...Object.fromEntries(agreed.map((name) => [name, first[name]])) };
}

/** The name of the page of people's own accounts in Settings. */
export const accountsLabel = ({ account }: Words): string => `${capital(account)}s`;
