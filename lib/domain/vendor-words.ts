import { capital } from "./text.ts";

/** A vendor's own words, used in the portal's sentences. */
export type Words = {
  /** the full name of the product that raises alerts */
  product: string;
  /** the platform that holds the alerts, as detections name it */
  provider: string;
  /** a person's account at the vendor */
  account: string;
  /** what a configuration reads, in the singular and the plural */
  scope: string;
  scopes: string;
  /** where a person views alerts at the vendor, without an article */
  console: string;
  /** the company or service that signs people in */
  signIn: string;
  /** the vendor's role for viewing alerts */
  readRole: string;
  /** the vendor's role for also changing their status */
  writeRole: string;
  /** the rule at the vendor that forwards alerts to the webhook */
  forwardingRule: string;
  /** what posts to the webhook at the vendor, and where its runs are listed */
  forwarder: string;
};

type Optional = "signIn" | "readRole" | "writeRole" | "forwardingRule" | "forwarder";
/** The words in a vendor's manifest, some of them optional. */
export type VendorWords = Omit<Words, Optional> & Partial<Pick<Words, Optional>>;

/** Returns a vendor's words, with general ones for those that it lacks. */
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

/** Returns words that fit all of these vendors: those that they have in common, and neutral ones for the rest. */
export function commonWords(all: readonly Words[]): Words {
  const [first, ...others] = all;
  if (!first) return neutralWords;
  const names = Object.keys(neutralWords) as (keyof Words)[];
  const agreed = names.filter((name) => others.every((words) => words[name] === first[name]));
  return { ...neutralWords, ...Object.fromEntries(agreed.map((name) => [name, first[name]])) };
}

/** Returns the title of the Settings page with people's own accounts. */
export const accountsLabel = ({ account }: Words): string => `${capital(account)}s`;
