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

describe("the chapter on the phone", () => {
  const of = (id: string) => JSON.stringify(sections.find((section) => section.id === id)?.blocks);

  it("names the steps that the portal's own pages have, in their order", () => {
    const steps = ["**Share** > **Add to Home Screen**", "Open PocketSOC from the Home Screen and sign in"];
    const places = [...steps, "**Allow notifications**", "**Send test**"].map((step) =>
      of("phone").indexOf(step),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("speaks of no app of a store, which doesn't exist", () => {
    expect(whole).not.toMatch(/iOS app|App Store|phone app|app on the phone/i);
  });

  it("ends the test with the notification, and says whom samples notify", () => {
    const blocks = sections.find(({ id }) => id === "testing")?.blocks ?? [];
    const steps = blocks.find((block) => block.kind === "steps");
    expect(steps?.items.at(0)).toContain("Create sample alerts");
    expect(steps?.items.at(-1)).toMatch(/^You should receive a push notification/);
    expect(of("testing")).toContain("within the last 24 hours");
  });

  it("keeps the anchors that other pages and people's notes link to", () => {
    const anchors = [
      "before-you-begin",
      "alert-statuses",
      "push",
      "webhook-url",
      "option-a",
      "option-b",
      "reachable",
    ];
    const more = ["testing", "deliveries", "troubleshooting", "rotating-credentials", "phone"];
    const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((step) => `step-${step}`);
    expect(sections.map(({ id }) => id)).toEqual(expect.arrayContaining([...anchors, ...more, ...steps]));
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
