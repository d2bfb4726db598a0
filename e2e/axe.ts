import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

type Axe = {
  run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
};
type WithAxe = Window & { axe?: Axe };

const ofPlaywright = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
const source = readFileSync(ofPlaywright.resolve("axe-core/axe.min.js"), "utf8");

/**
 * Expects that the page isn't wider than the screen and that axe finds no violations. In the dark theme only the rules
 * about colours are checked, because everything else is the same as in the light theme.
 */
export async function noViolations(
  page: Page,
  name = new URL(page.url()).pathname,
  schemes: readonly ("light" | "dark")[] = ["light", "dark"],
): Promise<void> {
  // not AxeBuilder, which collects results of frames in a blank page, at ten times the cost: our pages have no frames
  expect([name, page.frames().length]).toEqual([name, 1]);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === "dark" ? { runOnly: { type: "rule", values: ["color-contrast"] } } : {};
    const found = await page.evaluate(async (options) => {
      // animations are finished first, so that axe sees the final colours
      for (const animation of document.getAnimations())
        if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
      const { axe } = window as WithAxe;
      if (!axe) throw new Error("axe is not there");
      const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
      return violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html.slice(0, 200)}`);
    }, rules);
    expect([name, colorScheme, found]).toEqual([name, colorScheme, []]);
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect([name, overflow > 0]).toEqual([name, false]);
}
