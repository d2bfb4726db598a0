// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { draw } from "#test/draw.ts";
import { Properties, Remediation } from "./detection-lists.tsx";
import { MaybeLink } from "./detection-parts.tsx";

const detection = (firstPolledAt: string | null) =>
  ({
    copies: { firstPolledAt },
    words: { provider: "Azure" },
    remediationSteps: [
      { text: "Read on", href: "https://learn.microsoft.com/x" },
      { text: "Ask the owner.", href: null },
    ],
    extendedProperties: [{ name: "report", value: { text: "R", href: "https://aka.ms/r" } }],
  }) as unknown as DetectionDetail;

it("a link names its host, unless its text does", async () => {
  const { place, again } = await draw(<MaybeLink text="Read on" href="https://learn.microsoft.com/x" />);
  expect(place.textContent).toBe("Read on (learn.microsoft.com)");
  expect(place.querySelector("a")?.rel).toContain("noreferrer");
  await again(<MaybeLink text="Read on → learn.microsoft.com" href="https://learn.microsoft.com/x" />);
  expect(place.textContent).toBe("Read on → learn.microsoft.com");
  await again(<MaybeLink text="https://evil.example/" href={null} />);
  expect([place.textContent, place.querySelector("a")]).toEqual(["https://evil.example/", null]);
});

it("a link that only the webhook brought says so, until a poll has read the alert", async () => {
  const lists = (one: DetectionDetail) => (
    <>
      <Remediation detection={one} />
      <Properties detection={one} />
    </>
  );
  const { place, again } = await draw(lists(detection(null)));
  const said = () => place.textContent?.split("by webhook, not confirmed by Azure").length;
  expect(said()).toBe(3);
  await again(lists(detection("2026-03-04T05:06:07Z")));
  expect(said()).toBe(1);
});
