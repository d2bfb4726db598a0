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
 * axe finds nothing in light, and in dark nothing that depends on colours: all else is the same page. Nothing
 * reaches beyond the screen.
 */
export async function noViolations(
  page: Page,
  name = new URL(page.url()).pathname,
  schemes: readonly ("light" | "dark")[] = ["light", "dark"],
): Promise<void> {
  // AxeBuilder gathers what the frames say in a blank page of its own, at ten times the cost; there are no frames
  expect([name, page.frames().length]).toEqual([name, 1]);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === "dark" ? { runOnly: { type: "rule", values: ["color-contrast"] } } : {};
    const found = await page.evaluate(async (options) => {
      // what fades in or changes its colour is judged as it will stay
      for (const one of document.getAnimations())
        if (one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
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
