import fc from "fast-check";
import type { Json } from "#lib/domain/detection.ts";
import { anyJson } from "../alerts.ts";
import { paperForm } from "../paper-vendor/form.ts";
import { registry } from "../paper-vendor/registry.ts";
import { paperKeys, startPaperService } from "../paper-vendor/service.ts";
import type { Fault, StandIn, VendorFixture } from "./fixture.ts";

const vendor = registry.find(({ manifest }) => manifest.id === paperForm.vendor);
if (!vendor) throw new Error("not in the registry");

const slip = (more: { [key: string]: Json } = {}) => ({
  drawer: "Ward/3f",
  number: "S-0001",
  headline: "A stranger at the door",
  text: "Nobody knows who it was.",
  kind: "stranger",
  weight: "red",
  state: "open",
  finding: "",
  holder: "",
  host: "door-1",
  written: "2026-03-04T05:06:07Z",
  page: "https://desk.ledger.example/slips/S-0001",
  remarks: ["Seen twice."],
  edited: 7,
  looked: "2026-03-04T05:10:00Z",
  ...more,
});

export const paperLedger: VendorFixture = {
  vendor,
  form: paperForm,
  secret: paperKeys.write,
  alert: slip(),
  again: slip({ looked: "2026-03-04T06:10:00Z" }),
  changed: [slip({ state: "closed" }), slip({ holder: "Ana Admin" }), slip({ remarks: [] })],
  bent: fc
    .record({
      replaced: fc.dictionary(fc.constantFrom(...Object.keys(slip())), anyJson, { maxKeys: 6 }),
      dropped: fc.subarray(Object.keys(slip())),
    })
    .map(({ replaced, dropped }): Json => {
      const whole: { [key: string]: Json } = slip(replaced);
      for (const key of dropped) if (!(key in replaced)) delete whole[key];
      return whole;
    }),
  withStatus: (state) => slip({ state }),
  withSeverity: (weight) => slip({ weight }),
  statusWords: { open: "active", working: "in_progress", closed: "resolved" },
  startStandIn,
};

async function startStandIn(): Promise<StandIn> {
  const service = await startPaperService({ limited: false });
  let added = 0;
  const faultOf = (fault: Fault) => {
    if (fault === "html") return "garbage";
    return fault === "silence" || fault === "truncated" ? fault : Number(fault);
  };
  return {
    environment: { PAPER_LEDGER_URL: service.url },
    credential: { kind: "secret", application: {}, secret: paperKeys.write },
    add: async () => void service.ledger.put({ drawer: paperForm.drawer, number: `S-${++added}` }),
    fail: async (fault) => service.fail(faultOf(fault)),
    mend: async () => service.fail(null),
    stop: () => service.stop(),
  };
}
