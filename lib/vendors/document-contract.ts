/**
 * A vendor's guide as a page. JSON only. Texts may contain `**bold**`, `code` and `[label](address)`. A `{name}` is replaced
 * with the reader's own value, or else with the text in `placeholders` (lib/domain/guide-text.ts).
 */
export type VendorDocument = {
  title: string;
  summary: string;
  sections: GuideSection[];
  placeholders: Record<string, string>;
  /** how to deploy forwarding at the vendor; required if the guide has a `deploy` block */
  deploy?: VendorDeploy;
};

export type GuideSection = { id: string; title: string; blocks: GuideBlock[]; parts?: GuideSection[] };

export type GuideBlock =
  | { kind: "text"; text: string }
  | { kind: "steps"; items: string[] }
  | { kind: "list"; items: string[] }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "note"; tone: "info" | "warning"; text: string }
  | { kind: "copy"; label: string; value: string; needsReach?: boolean }
  | { kind: "link"; label: string; href: string }
  /** a button that opens the vendor's console with our template, or a warning that says why the vendor can't reach us */
  | { kind: "deploy" };

/**
 * How to deploy the automation that posts to our webhook. In commands, `{severities}` is replaced with a JSON list of
 * severities.
 */
export type VendorDeploy = {
  /** the heading of the way by the template */
  title: string;
  who: string;
  severities: { all: string[]; preset: string[] };
  /** the commands, in order; a command with `needsReach` works only if the vendor can fetch the template from us */
  commands: { label: string; text: string; needsReach: boolean }[];
  /** the heading above the commands, such as "With the Azure CLI" */
  commandsTitle: string;
  /** a note below the commands */
  commandsNote: string;
  /**
   * the values that the reader must enter for the commands; `refuses` is a regular expression for characters that a shell
   * would interpret
   */
  inputs: { id: string; label: string; help: string; refuses: string }[];
  /** a command that is shown for every cloud except `exceptCloudId` */
  cloudHint: { exceptCloudId: string; label: string; text: string };
  /**
   * The button for the first cloud says `label`; the buttons for other clouds say "Deploy to" and the cloud's name. `path`
   * is a path of the vendor's console, in which `{templateUri}` is replaced with the template's URL-encoded address.
   */
  button: { label: string; path: string; note: string };
  /**
   * the warning that replaces the button if the vendor can't reach us; `{why}` is replaced with the reason, and `paths` are
   * listed after the text
   */
  outOfReach: { title: string; text: string };
  /** the file name of the template that the button opens; templates are served below /templates/ */
  template: string;
  /** the files to download; they are served below /templates/ */
  downloads: { label: string; file: string }[];
  /** the sentence before the list `makes`, which ends with a colon */
  makesLead: string;
  makes: string[];
  /** the way by hand, with its heading */
  manual: { title: string; download: { label: string; file: string }; parts: GuideSection[] };
  /** the portal's paths that the vendor must be able to reach */
  paths: string[];
};
