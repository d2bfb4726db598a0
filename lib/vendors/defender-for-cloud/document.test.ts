import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GuideBlock, GuideSection } from "../document-contract.ts";
import { document } from "./document.ts";
import { guide } from "./guide.ts";

const withParts = (sections: GuideSection[]): GuideSection[] =>
  sections.flatMap((section) => [section, ...withParts(section.parts ?? [])]);
const sections = withParts(document.sections);

function textsOf(block: GuideBlock): string[] {
  if (block.kind === "steps" || block.kind === "list") return block.items;
  if (block.kind === "table") return [...block.head, ...block.rows.flat()];
  if (block.kind === "copy") return [block.value];
  if (block.kind === "link") return [block.label, block.href];
  return block.kind === "deploy" ? [] : [block.text];
}
const texts = sections.flatMap((section) => section.blocks.flatMap(textsOf));
const whole = texts.join("\n");

describe("the guide as a page", () => {
  it("says every step that stands beside the form", () => {
    const missing = guide
      .filter(({ title }) => title !== "Redirect URI for the analysts' own accounts")
      // the page has each way to sign in, so it need not say that one needs nothing
      .filter(({ body }) => !body[0]?.startsWith("None are needed"))
      .flatMap((step) => [...step.body, ...(step.notes ?? [])])
      .filter((line) => !texts.includes(line));
    expect(missing).toEqual([]);
  });

  it("names what the product's guide names", () => {
    for (const name of [
      "pocketsoc://auth",
      "{redirectUri}",
      "user_impersonation",
      "Security Reader",
      "Security Admin",
      "pocketsoc-defender-alerts",
      "pocketsoc-push-notifications",
      "Azure Logic App Webhook URL",
      "Create sample alerts",
      "Runs history",
      "AADSTS7000218",
      "Unclaimed",
      "Pipe test",
    ])
      expect(whole).toContain(name);
    expect(whole).not.toMatch(/portal\.pocketsoc\.com|docs\.pocketsoc\.com/);
  });
});

describe("how it is deployed", () => {
  const { commands, downloads, manual, template, severities } = document.deploy;

  it("hands both parameters to each deployment, and the address only where Azure fetches it", () => {
    const deployments = commands.filter(({ text }) => text.includes("az deployment"));
    expect(deployments).toHaveLength(3);
    for (const { text, needsReach } of deployments) {
      expect(text).toContain(`pocketsocWebhookUrl="{webhookUrl}" severities='{severities}'`);
      expect(text.includes("--template-uri {templateUri}")).toBe(needsReach);
    }
    expect(commands[0]?.text).toContain("az group create");
    expect(severities.preset).toEqual(JSON.parse(document.placeholders.severities ?? ""));
  });

  it.runIf(existsSync("public/templates"))("offers files that are there", () => {
    const files = [template, ...downloads.map(({ file }) => file), manual.download.file];
    for (const file of files)
      expect([file, existsSync(join("public", "templates", file))]).toEqual([file, true]);
  });
});
