import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { anyJson, bentAlert, goodAlert } from "#test/alerts.ts";
import { type BadInput, badInputs } from "#test/bad-inputs.ts";
import { inParallel } from "#test/logic-app.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";
import { rawBytes, rawRequest } from "#test/raw-request.ts";
import { formValues } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import { getDelivery } from "../deliveries/get.ts";
import { listDeliveries } from "../deliveries/list.ts";

let stack: WebhookStack;
/** the address of each receiver */
const receivers = { "the web's route": "", "the receiver program": "" };
type Receiver = keyof typeof receivers;
/** the total number of mutated bodies; the web's route gets fewer of them because it is slower */
const mutatedBodies = Number(process.env.POCKETSOC_MUTATED_BODIES ?? 2_000);
const shares: Record<Receiver, number> = {
  "the web's route": mutatedBodies / 5,
  "the receiver program": (mutatedBodies * 4) / 5,
};
beforeAll(async () => {
  stack = await startWebhookStack("test-receiver");
  await save(stack.admin, formValues);
  receivers["the web's route"] = `${stack.address()}/api/webhooks/azure-logic-app`;
  receivers["the receiver program"] = `${stack.receiverUrl}/api/webhooks/azure-logic-app`;
});
afterAll(() => stack.stop());

const json = { "content-type": "application/json" };
const post = (
  receiver: string,
  body: string | Buffer,
  headers: Record<string, string> = json,
  to = `${receiver}/${stack.token}`,
) => rawRequest(to, { headers, body });
const idIn = (body: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(body)?.[0] ?? "";
/** Generates an alert's webhook body with some fields replaced, left out or renamed to lower case. */
const bentBody = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 12 }),
    replaced: fc.dictionary(fc.constantFrom(...Object.keys(webhookBodyOf(goodAlert()))), anyJson, {
      maxKeys: 5,
    }),
    dropped: fc.subarray(Object.keys(webhookBodyOf(goodAlert())), { maxLength: 4 }),
    lower: fc.boolean(),
  })
  .map(({ name, replaced, dropped, lower }) => {
    const whole = { ...webhookBodyOf(goodAlert({ systemAlertId: name }, name)), ...replaced };
    const left = Object.entries(whole).filter(([key]) => !dropped.includes(key));
    return Object.fromEntries(left.map(([key, value]) => [lower ? key.toLowerCase() : key, value]));
  });
const count = async (text: string) => {
  const [row] = await inOrganisation(stack.services.db, stack.admin.actor.organisationId, (tx) =>
    tx.execute<{ count: number }>(text),
  );
  return row?.count ?? -1;
};
it("waits 10 seconds for a slow or short body at either receiver, and stops reading one that is too long", async () => {
  const statusesOf = async (receiver: string) => {
    const head = `POST /api/webhooks/azure-logic-app/${stack.token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const lines = await Promise.all([
      rawBytes(receiver, `${head}Transfer-Encoding: chunked\r\n\r\n`, { text: "1\r\n \r\n", everyMs: 1_000 }),
      rawBytes(receiver, `${head}Content-Length: 100\r\n\r\n{}`),
      rawBytes(receiver, `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
      rawBytes(receiver, `${head}Transfer-Encoding: chunked\r\n\r\n`, {
        text: `10000\r\n${"x".repeat(65_536)}\r\n`,
        everyMs: 10,
      }),
    ]);
    return lines.map((line) => line.split(" ")[1]);
  };
  const both = await Promise.all(Object.values(receivers).map(statusesOf));
  expect(both).toEqual([
    ["408", "408", "400", "413"],
    ["408", "408", "400", "413"],
  ]);
});

describe.each(Object.keys(receivers) as Receiver[])("%s", (name) => {
  let receiver = "";
  beforeAll(() => {
    receiver = receivers[name];
  });

  it("answers each bad input as documented, and shows admins its outcome", async () => {
    const inputs = badInputs();
    const got = await inParallel(inputs, 4, async (input: BadInput) => {
      const { status, body } = await post(receiver, input.body, { ...json, ...input.headers });
      return { what: input.what, status, id: idIn(body) };
    });
    expect(got.map(({ what, status }) => ({ what, status }))).toEqual(
      inputs.map(({ what, status }) => ({ what, status })),
    );
    await stack.drained();
    const outcomes = await Promise.all(
      got.map(async ({ what, id }) => ({ what, outcome: (await getDelivery(stack.admin, id)).outcome })),
    );
    expect(outcomes).toEqual(inputs.map(({ what, outcome }) => ({ what, outcome })));
  });

  it("answers every invalid token alike", async () => {
    const tokens = [
      "",
      "nothing",
      "%00",
      "a%2Fb",
      `${stack.token}x`,
      `${stack.token}/more`,
      stack.token.replace(/.$/, "!"),
      "x".repeat(3_000),
    ];
    const answers = await Promise.all(
      tokens.map((token) => post(receiver, "{}", json, `${receiver}/${token}`)),
    );
    answers.push(
      await post(receiver, "{}", { ...json, authorization: "Bearer nothing" }, receiver),
      await post(receiver, "{}", json, receiver),
    );
    answers.push(await post(receiver, "not json", { "content-type": "text/plain" }, `${receiver}/nothing`));
    answers.push(
      await post(
        receiver,
        JSON.stringify({}),
        json,
        `${receiver.replace("azure-logic-app", "unknown")}/${stack.token}`,
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body}`))).toEqual(
      new Set(["404 There is no webhook at this address.\n"]),
    );
  });

  it("accepts the token in a header, a trailing slash and a missing content type, and only POST", async () => {
    const body = JSON.stringify(webhookBodyOf(goodAlert({ systemAlertId: "one" }, "one")));
    expect(
      (await post(receiver, body, { ...json, authorization: `Bearer ${stack.token}` }, receiver)).status,
    ).toBe(200);
    expect((await post(receiver, body, json, `${receiver}/${stack.token}/`)).status).toBe(200);
    expect((await post(receiver, body, {})).status).toBe(200);
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
      for (const token of [stack.token, "nothing"]) {
        const answer = await rawRequest(`${receiver}/${token}`, { method });
        expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "POST"]);
      }
  });

  it("makes one detection of an alert sent fifty times at once, with ids that differ in case", async () => {
    const alert = goodAlert({ systemAlertId: "Same-1" }, "Same-1");
    const bodies = Array.from({ length: 50 }, (_none, index) =>
      JSON.stringify(webhookBodyOf(alert, { SystemAlertId: index % 2 ? "Same-1" : "SAME-1" })),
    );
    const answers = await inParallel(bodies, 50, (body) => post(receiver, body));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await stack.drained();
    const same = "where normalised->>'vendorAlertId' = 'same-1'";
    expect(await count(`select count(*)::int as count from detection_sources ${same}`)).toBe(1);
  });

  it("survives mutated bodies without a 5xx, and loses no good delivery among them", async () => {
    const mutated = fc.sample(
      fc.oneof(
        anyJson.map((value) => JSON.stringify(value)),
        bentAlert.map((value) => JSON.stringify(value)),
        bentBody.map((value) => JSON.stringify(value)),
        fc.string({ unit: "binary" }),
      ),
      { numRuns: shares[name], seed: Number(process.env.POCKETSOC_FUZZ_SEED ?? Date.now()) },
    );
    const good: string[] = [];
    const statuses = new Map<number, number>();
    await inParallel(mutated, 16, async (body, index) => {
      if (index % 100 === 0) {
        const alert = `good-${name.length}-${index}`;
        const whole = JSON.stringify(webhookBodyOf(goodAlert({ systemAlertId: alert }, alert)));
        good.push(idIn((await post(receiver, whole)).body));
      }
      const { status } = await post(receiver, body.slice(0, 1_000_000));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    });
    expect([...statuses.keys()].filter((status) => ![200, 400, 413].includes(status))).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(shares[name] / 10);
    await stack.drained();
    const kept = await Promise.all(good.map(async (id) => (await getDelivery(stack.admin, id)).outcome));
    expect(kept).toEqual(good.map(() => "accepted"));
    expect(
      await count(
        "select count(*)::int as count from deliveries where reason like '%because of an error in PocketSOC%'",
      ),
    ).toBe(0);
    const page = await listDeliveries(stack.admin, DeliveryQuery.parse({}), null);
    expect(page.waiting).toBe(0);
  }, 300_000);
});
