import { expect, it } from "vitest";
import { saidText } from "./said-text.ts";

const policy = { freshMinutes: 60, escalateMinutes: 5, silentMinutes: 30, isPrivate: false };
const alertsOn = (resources: readonly string[], severity: "high" | "medium" | "unknown" = "high") =>
  resources.map((resourceName, index) => ({
    id: `${index}`,
    title: `Title ${index}`,
    severity,
    resourceName,
    total: resources.length,
  }));
const eight = alertsOn([
  "vm-pay-01",
  "kv-contoso",
  ...Array.from({ length: 6 }, (_none, index) => `vm-${index}`),
]);

it("names three alerts and counts the others", () => {
  expect(saidText({ id: "d", kind: "gathered_high" }, "gathered_high", eight, policy)).toEqual({
    title: "8 High alerts",
    shortTitle: "8 High alerts",
    body: "vm-pay-01: Title 0\nkv-contoso: Title 1\nvm-0: Title 2\n+5",
    path: "/detections",
    tag: "d",
    canAcknowledge: false,
  });
});

it("of escalations names two resources, and counts the alerts on others", () => {
  const titleOf = (resources: readonly string[], reason: "escalated_to_everyone" | "escalated_to_admins") =>
    saidText({ id: "d", kind: "escalated" }, reason, alertsOn(resources), policy).title;
  expect(
    titleOf(
      eight.map(({ resourceName }) => resourceName),
      "escalated_to_everyone",
    ),
  ).toBe("8 High unacknowledged for 5 min: vm-pay-01, kv-contoso +6");
  expect(titleOf(["vm-1", "vm-1", "vm-2", "vm-1"], "escalated_to_admins")).toBe(
    "4 High unacknowledged for 10 min: vm-1, vm-2",
  );
  expect(titleOf(["", "vm-2"], "escalated_to_admins")).toBe(
    "2 High unacknowledged for 10 min: Title 0, vm-2",
  );
});

it("counts an unknown severity as High, and lower ones by their severity", () => {
  const unknown = saidText(
    { id: "d", kind: "gathered_high" },
    "gathered_high",
    alertsOn(["a", "b"], "unknown"),
    policy,
  );
  expect(unknown.title).toBe("2 High alerts");
  const lower = saidText(
    { id: "d", kind: "gathered_lower" },
    "gathered_lower",
    alertsOn(["a", "b"], "medium"),
    policy,
  );
  expect(lower.title).toBe("2 Medium alerts");
});

it.each(["gathered_high", "escalated"] as const)("names nothing under a private policy: %s", (kind) => {
  const reason = kind === "escalated" ? "escalated_to_everyone" : kind;
  const { title, body } = saidText({ id: "d", kind }, reason, eight, { ...policy, isPrivate: true });
  expect([title, body]).toEqual([
    kind === "escalated" ? "8 High unacknowledged for 5 min" : "8 High alerts",
    "",
  ]);
});

it("removes what would pretend to be another line of the message", () => {
  const [alert] = alertsOn(["vm-1\nvm-2: Nothing happened"]);
  if (!alert) throw new Error("no alert");
  const text = saidText({ id: "d", kind: "gathered_high" }, "gathered_high", [alert], policy);
  expect(text.body.split("\n")).toHaveLength(1);
});
