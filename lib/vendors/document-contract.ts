/**
 * A vendor's guide as a page: JSON only. In texts `**bold**`, `code` and `[label](address)` are marks, and `{names}` are
 * filled with the reader's own values, or with what `placeholders` says instead (lib/domain/guide-text.ts).
 */
export type VendorDocument = {
  title: string;
  summary: string;
  sections: GuideSection[];
  placeholders: Record<string, string>;
  /** where the vendor posts to our webhook; a block of kind `deploy` needs it */
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
  /** the button that opens the vendor's portal with our template, or why it can't */
  | { kind: "deploy" };

/** How a vendor is made to post to our webhook; in commands `{severities}` stands for a JSON list. */
export type VendorDeploy = {
  who: string;
  severities: { all: string[]; preset: string[] };
  /** in order; `needsReach`: the vendor fetches the template from us */
  commands: { label: string; text: string; needsReach: boolean }[];
  /** said of the commands for a cloud of that id */
  cloudHint: { exceptCloudId: string; text: string };
  /** behind the address of the vendor's portal; `{templateUri}` is encoded */
  buttonPath: string;
  /** the template that the button opens, and what can be saved; under /templates/ */
  template: string;
  downloads: { label: string; file: string }[];
  makes: string[];
  manual: { download: { label: string; file: string }; parts: GuideSection[] };
  /** what the vendor must be able to reach */
  paths: string[];
};
