import { neutralWords, type Words } from "#lib/domain/vendor-words.ts";
import { describe, expect, it } from "vitest";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { WebhookHealthRow } from "#db/queries/ingest/webhook-health.ts";
import { healthOf } from "./health.ts";
import { webhookProblemOf } from "./webhook-problem.ts";
import { coverageSince, unheardSince, webhookCoverageOf } from "./webhook-health.ts";

const now = new Date("2026-11-20T12:00:00.000Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const words: Words = {
  ...neutralWords,
  product: "Acme Guard",
  provider: "Acme",
  account: "Acme account",
  scope: "project",
  scopes: "projects",
  console: "Acme console",
  forwardingRule: "export",
  forwarder: "Relay",
};
const rule = (severities: string[], enabled = true) => ({ name: "pocketsoc", enabled, severities });
const configuration = (more: Partial<ConfigurationRow> = {}, rules: object[] | null = null) =>
  ({
    id: "c-1",
    createdAt: ago(10_000),
    disabledAt: null,
    lastGoodSyncAt: ago(1),
    pollIntervalSeconds: 60,
    problemCode: null,
    problemMessage: null,
    problemRemedy: null,
    problemSince: null,
    facts: { forwardingRules: { at: now.toISOString(), rules } },
    ...more,
  }) as ConfigurationRow;
const webhookHealth = (more: Partial<WebhookHealthRow> = {}) =>
  ({
    organisationId: "o-1",
    configurationId: "c-1",
    firstHeardAt: ago(60_000),
    lastAlertAt: ago(5),
    lastHeartbeatAt: null,
    missedCount: 0,
    missedSince: null,
    ...more,
  }) as WebhookHealthRow;

describe("the problem of a webhook", () => {
  const codeOf = (of: WebhookHealthRow | undefined, unknown = 0, rules: object[] | null = null) =>
    webhookProblemOf(configuration({}, rules), of, unknown, now, words)?.code ?? null;

  it("is null while nothing ever came by it", () => {
    expect(codeOf(undefined)).toBe(null);
    expect(codeOf(undefined, 0, [rule(["high"], false)])).toBe(null);
  });

  it("begins with three missed heartbeats, not with two", () => {
    expect(codeOf(webhookHealth({ lastHeartbeatAt: ago(44) }))).toBe(null);
    expect(codeOf(webhookHealth({ lastHeartbeatAt: ago(46) }))).toBe("heartbeats_missed");
  });

  it("counts the alerts that only polls found", () => {
    const problem = webhookProblemOf(
      configuration(),
      webhookHealth({ missedCount: 2, lastAlertAt: ago(300) }),
      0,
      now,
      words,
    );
    expect(problem?.code).toBe("webhook_silent");
    expect(problem?.reason).toBe(
      "The webhook was last heard at 2026-11-20 07:00 UTC, and reads have since found 2 alerts that it should have brought.",
    );
    expect(problem?.remedy).toContain("Settings > Deliveries");
  });

  it("is a disabled automation, or alerts that the vendor doesn't know", () => {
    expect(codeOf(webhookHealth(), 0, [rule(["high"], false)])).toBe("automation_disabled");
    expect(codeOf(webhookHealth(), 0, [rule(["high"], false), rule(["high"])])).toBe(null);
    expect(codeOf(webhookHealth(), 1, [rule(["high"], false)])).toBe("automation_disabled");
    expect(codeOf(undefined, 1)).toBe("unknown_alerts");
  });

  it("makes a configuration Degraded with its reason, and never hides a problem with polling", () => {
    const problem =
      webhookProblemOf(configuration(), webhookHealth({ missedCount: 1 }), 0, now, words) ?? undefined;
    expect(healthOf(configuration(), now, problem)).toMatchObject({
      state: "degraded",
      code: "webhook_silent",
      reason: expect.stringContaining("1 alert that it should have brought"),
    });
    const broken = configuration({ problemCode: "secret_expired", problemMessage: "Expired." });
    expect(healthOf(broken, now, problem)).toMatchObject({ state: "action_needed", code: "secret_expired" });
    expect(healthOf(configuration({ disabledAt: now }), now, problem).state).toBe("disabled");
  });
});

describe("webhook coverage", () => {
  const byId = <T>(row: T | undefined) => new Map(row ? [["c-1", row]] : []);
  const sentences = (of: WebhookHealthRow | undefined, covered?: object, rules: object[] | null = null) =>
    webhookCoverageOf(
      configuration({}, rules),
      byId(of),
      byId(covered && ({ configurationId: "c-1", ...covered } as never)),
      coverageSince(now),
      words,
    ).sentences;

  it("counts the alerts by webhook and by polling, with the webhook's delay", () => {
    expect(sentences(webhookHealth(), { alerts: 412, pushed: 403, p95Seconds: 39.6 })).toEqual([
      "412 alerts in 30 days: 403 by webhook (95 % within 40 s), 9 by polling.",
    ]);
    expect(sentences(webhookHealth(), { alerts: 1, pushed: 1, p95Seconds: 0.2 })[0]).toBe(
      "1 alert in 30 days: 1 by webhook (95 % within 1 s), 0 by polling.",
    );
  });

  it("states longer delays in minutes or hours, and none if nothing came by webhook", () => {
    expect(sentences(webhookHealth(), { alerts: 100_000, pushed: 99_999, p95Seconds: 180 })[0]).toContain(
      "99999 by webhook (95 % within 3 min)",
    );
    expect(sentences(webhookHealth(), { alerts: 2, pushed: 1, p95Seconds: 10_800 })[0]).toContain(
      "1 by webhook (95 % within 3 h)",
    );
    expect(sentences(webhookHealth(), { alerts: 3, pushed: 0, p95Seconds: null })[0]).toBe(
      "3 alerts in 30 days: 0 by webhook, 3 by polling.",
    );
  });

  it("claims no more days than the webhook has run", () => {
    const young = webhookHealth({ firstHeardAt: ago(10) });
    expect(sentences(young, { alerts: 2, pushed: 2, p95Seconds: 1 })[0]).toBe(
      "2 alerts since the webhook's first delivery: 2 by webhook (95 % within 1 s), 0 by polling.",
    );
    expect(sentences(young)[0]).toBe("No alerts since the webhook's first delivery.");
  });

  it("distinguishes no webhook from one that has sent only heartbeats", () => {
    expect(sentences(undefined)[0]).toContain("Nothing has arrived by webhook yet");
    expect(
      sentences(webhookHealth({ firstHeardAt: null, lastAlertAt: null, lastHeartbeatAt: ago(3) }))[0],
    ).toContain("sends heartbeats");
    const coverage = webhookCoverageOf(
      configuration(),
      byId(webhookHealth({ lastAlertAt: ago(9), lastHeartbeatAt: ago(3) })),
      new Map(),
      coverageSince(now),
      words,
    );
    expect(coverage).toMatchObject({ heard: true, lastHeardAt: ago(3).toISOString() });
    expect(webhookCoverageOf(configuration(), new Map(), new Map(), coverageSince(now), words)).toMatchObject(
      {
        heard: false,
        lastHeardAt: null,
      },
    );
  });

  it("promises no polling while the configuration is disabled", () => {
    const { sentences: said } = webhookCoverageOf(
      configuration({ disabledAt: ago(1) }, [rule(["high"])]),
      new Map(),
      new Map(),
      coverageSince(now),
      words,
    );
    expect(said).toEqual([
      "Nothing has arrived by webhook, and nothing is polled while the configuration is disabled.",
    ]);
  });

  it("names the severities the automation sends, if its rules can be read", () => {
    expect(sentences(webhookHealth(), undefined, [rule(["high", "medium"])])[1]).toBe(
      "The export sends High and Medium; Low and Informational come by polling.",
    );
    expect(sentences(webhookHealth(), undefined, [rule(["high", "medium", "informational"])])[1]).toContain(
      "Low comes by poll",
    );
    expect(sentences(webhookHealth(), undefined, [rule(["high"], false)])[1]).toBe(
      "The export is disabled in Acme.",
    );
    expect(sentences(webhookHealth(), undefined, null)).toHaveLength(1);
    expect(sentences(webhookHealth(), undefined, [])).toHaveLength(1);
  });
});

describe("a configuration without polls, deliveries and heartbeats", () => {
  it("is reported fifteen minutes after the last of them", () => {
    const silent = configuration({ lastGoodSyncAt: ago(40) });
    expect(unheardSince(silent, undefined, now)).toBe(ago(40).toISOString());
    expect(unheardSince(silent, webhookHealth({ lastAlertAt: ago(20) }), now)).toBe(ago(20).toISOString());
    expect(unheardSince(silent, webhookHealth({ lastHeartbeatAt: ago(10) }), now)).toBe(null);
    expect(unheardSince(configuration({ lastGoodSyncAt: ago(15) }), undefined, now)).toBe(null);
  });

  it("is counted from its creation, and never while it is disabled", () => {
    const unread = configuration({ lastGoodSyncAt: null, createdAt: ago(16) });
    expect(unheardSince(unread, undefined, now)).toBe(ago(16).toISOString());
    expect(unheardSince({ ...unread, disabledAt: ago(2) }, undefined, now)).toBe(null);
  });
});
