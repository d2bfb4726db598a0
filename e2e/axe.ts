import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * axe finds nothing in light, and in dark nothing that depends on colours: all else is the same page. Nothing
 * reaches beyond the screen.
 */
export async function noViolations(
  page: Page,
  name = new URL(page.url()).pathname,
  schemes: readonly ("light" | "dark")[] = ["light", "dark"],
): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
    const { violations } = await (colorScheme === "dark" ? axe.withRules(["color-contrast"]) : axe).analyze();
    const found = violations.map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 200)}`);
    expect([name, colorScheme, found]).toEqual([name, colorScheme, []]);
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect([name, overflow > 0]).toEqual([name, false]);
}
