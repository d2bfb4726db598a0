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
  it("contains every step beside the form", () => {
    const missing = guide
      .filter(({ title }) => title !== "Redirect URI for the analysts' own accounts")
      // the page shows every way to sign in, so it leaves out that one of them needs nothing
      .filter(({ body }) => !body[0]?.startsWith("None are needed"))
      .flatMap((step) => [...step.body, ...(step.notes ?? [])])
      .filter((line) => !texts.includes(line));
    expect(missing).toEqual([]);
  });

  it("names what a reader must type or choose", () => {
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

describe("the deployment", () => {
  const { commands, downloads, manual, template, severities } = document.deploy;

  it("passes both parameters in each command, and the address only if Azure fetches the template", () => {
    const deployments = commands.filter(({ text }) => text.includes("az deployment"));
    expect(deployments).toHaveLength(3);
    for (const { text, needsReach } of deployments) {
      expect(text).toContain(`pocketsocWebhookUrl="{webhookUrl}" severities='{severities}'`);
      expect(text.includes("--template-uri {templateUri}")).toBe(needsReach);
    }
    expect(commands[0]?.text).toContain("az group create");
    expect(severities.preset).toEqual(JSON.parse(document.placeholders.severities ?? ""));
  });

  it.runIf(existsSync("public/templates"))("offers only files that exist", () => {
    const files = [template, ...downloads.map(({ file }) => file), manual.download.file];
    for (const file of files)
      expect([file, existsSync(join("public", "templates", file))]).toEqual([file, true]);
  });
});
