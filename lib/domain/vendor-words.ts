import { capital } from "./text.ts";

/** A vendor's own words, for the portal's sentences. */
export type Words = {
  /** the full name of the product that raises alerts */
  product: string;
  /** the name of the vendor's platform */
  provider: string;
  /** the name of a person's account at the vendor */
  account: string;
  /** the vendor's word for a scope, in the singular */
  scope: string;
  /** the vendor's word for scopes, in the plural */
  scopes: string;
  /** the vendor's portal in which people view alerts, without an article */
  console: string;
  /** the company or service that signs people in */
  signIn: string;
  /** the vendor's role that allows a person to view alerts */
  readRole: string;
  /** the vendor's role that allows a person to view alerts and change their status */
  writeRole: string;
  /** the rule at the vendor that forwards alerts to the webhook */
  forwardingRule: string;
  /** the vendor's automation that posts to the webhook */
  forwarder: string;
};

type Optional = "signIn" | "readRole" | "writeRole" | "forwardingRule" | "forwarder";
/** The words that a vendor's manifest contains; some of them may be missing. */
export type VendorWords = Omit<Words, Optional> & Partial<Pick<Words, Optional>>;

/** Returns a vendor's words. Replaces each missing word by a general one. */
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
  forwardingRule: "forwarding rule",
  forwarder: "forwarder",
};

/** Returns words that fit all of these vendors. A word that the vendors don't share is replaced by a neutral one. */
export function commonWords(all: readonly Words[]): Words {
  const [first, ...others] = all;
  if (!first) return neutralWords;
  const names = Object.keys(neutralWords) as (keyof Words)[];
  const agreed = names.filter((name) => others.every((words) => words[name] === first[name]));
  return { ...neutralWords, ...Object.fromEntries(agreed.map((name) => [name, first[name]])) };
}

/** Returns the title of the Settings page on which people connect their own accounts. */
export const accountsLabel = ({ account }: Words): string => `${capital(account)}s`;
