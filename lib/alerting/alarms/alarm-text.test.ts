import { expect, it } from "vitest";
import type { AlarmRow } from "#db/queries/alerting/alarms.ts";
import { alarmText } from "./alarm-text.ts";

it("shows a configuration's name as it is written, whatever a replacement pattern would make of it", () => {
  const alarm = {
    kind: "health",
    title: "{name} can't be read",
    body: "",
    configurationId: null,
  } as AlarmRow;
  const text = alarmText(alarm, {
    isRecovery: false,
    name: "Cost $& $' $1 centre",
    tag: "t",
    policy: { isPrivate: false },
  });
  expect(text.title).toBe("Cost $& $' $1 centre can't be read");
});
