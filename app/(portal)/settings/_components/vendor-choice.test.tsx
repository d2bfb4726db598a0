// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { neutralWords } from "#lib/domain/vendor-words.ts";
import { draw } from "#test/draw.ts";
import { VendorChoice } from "./vendor-choice.tsx";

const vendor = (id: string, product: string) => ({
  id,
  words: { ...neutralWords, product, scopes: `${id} scopes` },
});

it("offers each vendor by its product's name, as a link that keeps the choice in the address", async () => {
  const { place } = await draw(
    <VendorChoice manifests={[vendor("paper", "Paper Alerts"), vendor("ink & co", "Ink")]} />,
  );
  const links = [...place.querySelectorAll("a")].map((link) => [link.textContent, link.getAttribute("href")]);
  expect(links).toEqual([
    ["Paper AlertsReads alerts of one or more paper scopes", "/settings/configurations/new?vendor=paper"],
    ["InkReads alerts of one or more ink & co scopes", "/settings/configurations/new?vendor=ink+%26+co"],
  ]);
  const list = place.querySelector("ul");
  expect(place.querySelector(`#${list?.getAttribute("aria-labelledby")}`)?.textContent).toMatch(/Choose/);
});
