// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { PlaceText } from "./place-text.tsx";

it("links the pages of Settings that a sentence names, whatever the vendor calls people's accounts", async () => {
  const { place } = await draw(
    <PlaceText>
      See Settings &gt; Deliveries. Connect it under Settings &gt; Ink Cloud accounts, then look at Settings
      &gt; Unknown page. Add it under Settings &gt; Notifications, or see Settings &gt; Readiness.
    </PlaceText>,
  );
  const links = [...place.querySelectorAll("a")].map((link) => [link.textContent, link.getAttribute("href")]);
  expect(links).toEqual([
    ["Settings > Deliveries", "/settings/deliveries"],
    ["Settings > Ink Cloud accounts", "/settings/accounts"],
    ["Settings > Notifications", "/settings/notifications"],
    ["Settings > Readiness", "/settings/readiness"],
  ]);
});
