import { type APIRequestContext, expect, test } from "@playwright/test";
import { Contract, type Json } from "./api-contract.ts";
import { flood, makeToken, origin, sentInChunks } from "./api-steps.ts";
import { noViolations } from "./axe.ts";
import { connect, control, fillForm, secrets, signIn, subscriptions, visit } from "./helpers.ts";

test.describe.configure({ mode: "serial" });

const nobody = "00000000-0000-7000-8000-000000000000";
/** the headers of a request from the portal's own pages */
const own = { origin, "x-requested-with": "fetch" };

let contract: Contract;
const tokens = { read: "", triage: "" };
let configurationId = "";
let disabledId = "";
/** detections that no other journey uses */
let some: { id: string; status: string }[] = [];

/** Lists a valid call for every operation. Some addresses contain an id that doesn't exist. */
const everyCall = () =>
  [
    ["/api/v1/configurations", "GET", undefined],
    ["/api/v1/detections?range=all", "GET", undefined],
    [`/api/v1/detections/${some[0]?.id}`, "GET", undefined],
    [`/api/v1/configurations/${configurationId}/alerts`, "GET", undefined],
    [`/api/v1/configurations/${configurationId}/sync`, "POST", undefined],
    [`/api/v1/detections/${some[0]?.id}/acknowledge`, "POST", undefined],
    [`/api/v1/detections/${nobody}/release`, "POST", undefined],
    [`/api/v1/detections/${nobody}/take-over`, "POST", { from: null }],
    [`/api/v1/detections/${nobody}/comments`, "POST", { text: "Seen." }],
    [`/api/v1/detections/${nobody}/reference`, "POST", { reference: "INC1" }],
    [`/api/v1/changes/${nobody}/undo`, "POST", undefined],
    [`/api/v1/detections/${nobody}/status`, "POST", { to: "resolved", expected: "active" }],
    ["/api/v1/detections/status", "POST", { items: [{ id: nobody, expected: "active" }], to: "resolved" }],
  ] as const;
const isTriage = (address: string) =>
  /acknowledge|release|take-over|comments|reference|undo|status$/.test(address);

async function readAll(request: APIRequestContext): Promise<Json[]> {
  const items: Json[] = [];
  let cursor = "";
  do {
    const { body } = await contract.askWith(
      request,
      tokens.read,
      `/api/v1/detections?range=all${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...body.items);
    cursor = body.nextCursor ?? "";
  } while (cursor);
  return items;
}

// also after a failure, because other journeys need the subscription
test.afterAll(async ({ browser }) => {
  const page = await browser.newPage();
  await signIn(page, "Ana Admin");
  await visit(page, "/settings");
  const card = page.getByRole("listitem").filter({ hasText: "Off for the API" });
  if ((await card.count()) === 0) return;
  await card.getByRole("button", { name: "Delete" }).click();
  await page.getByLabel(/^Type/).fill("delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(card).toHaveCount(0);
});

test("a person makes tokens on the page, and each text is shown once", async ({ page, request }) => {
  test.setTimeout(120_000);
  const served = await request.get("/api/v1/openapi.json");
  expect(served.status()).toBe(200);
  contract = new Contract(await served.json());
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/settings/configurations/new");
  await fillForm(page, {
    name: "Off for the API",
    subscriptionId: subscriptions.sandbox,
    secret: secrets.wrong,
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Save as disabled" }).click();
  await expect(page.getByText("Saved as disabled")).toBeVisible();
  tokens.read = await makeToken(page, "Reads", false);
  tokens.triage = await makeToken(page, "Triages", true);
  await page.setViewportSize({ width: 390, height: 844 });
  await noViolations(page);
  for (const text of Object.values(tokens)) expect(text).toMatch(/^psoc_[0-9A-Za-z]{49}$/);
});

test("a token reads configurations and detections, page by page", async ({ request }) => {
  const { body, headers } = await contract.askWith(request, tokens.read, "/api/v1/configurations");
  expect(headers.ratelimit).toMatch(/^"token";r=\d+;t=\d+, "user";r=\d+;t=\d+$/);
  const byName = new Map<string, Json>(body.items.map((item: Json) => [item.name, item]));
  expect(byName.get("Azure Production")).toMatchObject({ isDisabled: false, health: { state: "healthy" } });
  expect(byName.get("Off for the API")).toMatchObject({ isDisabled: true, health: { state: "disabled" } });
  configurationId = byName.get("Azure Production").id;
  disabledId = byName.get("Off for the API").id;

  const items = await readAll(request);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  expect(items.length).toBeGreaterThan(10);
  expect(items.map(({ occurredAt }) => occurredAt)).toEqual(
    items.map(({ occurredAt }) => occurredAt).toSorted((a: string, b: string) => (a < b ? 1 : -1)),
  );
  some = items
    .filter((item) => item.status === "active" && !/Ransomware|Coin/.test(item.title))
    .slice(-4)
    .map(({ id, status }) => ({ id, status }));
  expect(some).toHaveLength(4);

  const high = await contract.askWith(request, tokens.read, "/api/v1/detections?range=all&severity=high,low");
  expect(new Set(high.body.items.map(({ severity }: Json) => severity))).toEqual(new Set(["high", "low"]));
  const none = `/api/v1/detections?range=all&configuration=${nobody}&q=a`;
  expect((await contract.askWith(request, tokens.read, none)).body.items).toEqual([]);
  const detection = await contract.askWith(request, tokens.read, `/api/v1/detections/${some[0]?.id}`);
  expect(detection.body).toMatchObject({ id: some[0]?.id, configurationId, canTriage: false });
  expect(detection.body.timeline.length).toBeGreaterThan(0);
});

test("the alert proxy returns what Azure lists now, word for word, page by page", async ({ request }) => {
  const alerts = (await control("GET", `/alerts?subscriptionId=${subscriptions.production}`)) as Json[];
  await control("POST", "/settings", { pageSize: 9 });
  const found: Json[] = [];
  let address: string | undefined = `/api/v1/configurations/${configurationId}/alerts`;
  while (address) {
    const { body }: { body: Json } = await contract.askWith(request, tokens.read, address);
    expect(body.value.length).toBeLessThanOrEqual(9);
    found.push(...body.value);
    address = body.nextLink && new URL(body.nextLink).pathname + new URL(body.nextLink).search;
  }
  await control("POST", "/settings", { pageSize: 50 });
  const byId = (all: Json[]) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(found)).toEqual(byId(alerts));
  const forged = `/api/v1/configurations/${configurationId}/alerts?cursor=${Buffer.from("https://localhost:1/").toString("base64url")}`;
  expect(await contract.askWith(request, tokens.read, forged)).toMatchObject({
    status: 400,
    body: { code: "invalid", errors: { cursor: expect.any(String) } },
  });
  for (const [id, status] of [
    [nobody, 404],
    [disabledId, 409],
  ] as const)
    expect(await contract.askWith(request, tokens.read, `/api/v1/configurations/${id}/alerts`)).toMatchObject(
      { status },
    );
});

test("a token triages as its person: acknowledge, status, many at once, sync", async ({ request }) => {
  const [first, second, third, fourth] = some.map(({ id }) => id);
  const ask = (address: string, body?: unknown) =>
    contract.askWith(request, tokens.triage, address, { method: "POST", body });
  const acknowledged = { outcome: "acknowledged", by: "Ana Admin" };
  expect((await ask(`/api/v1/detections/${first}/acknowledge`)).body).toMatchObject(acknowledged);
  expect((await ask(`/api/v1/detections/${first}/acknowledge`)).body.outcome).toBe("already");

  const change = { to: "in_progress", expected: "active", note: "Through the API." };
  const pending = await ask(`/api/v1/detections/${first}/status`, change);
  expect(pending.body).toMatchObject({ id: first, outcome: "held", undoMs: 3_000 });
  // a button pressed twice, and an outdated page
  expect(await ask(`/api/v1/detections/${first}/status`, change)).toMatchObject({
    status: 409,
    body: { code: "conflict" },
  });
  const late = await ask(`/api/v1/detections/${second}/status`, { to: "active", expected: "resolved" });
  expect(late).toMatchObject({ status: 409, body: { code: "conflict" } });
  const same = await ask(`/api/v1/detections/${second}/status`, { to: "active", expected: "active" });
  expect(same).toMatchObject({ status: 409, body: { code: "not_allowed" } });
  const bare = await ask(`/api/v1/detections/${second}/status`, { to: "dismissed", expected: "active" });
  expect(bare).toMatchObject({ status: 400, body: { errors: { note: expect.any(String) } } });

  const { body } = await ask("/api/v1/detections/status", {
    items: [third, nobody, fourth].map((id) => ({ id, expected: "active" })),
    to: "in_progress",
  });
  expect(body.results.map(({ id, outcome }: Json) => [id, outcome])).toEqual([
    [third, "held"],
    [nobody, "refused"],
    [fourth, "held"],
  ]);
  await expect
    .poll(
      async () =>
        (await contract.askWith(request, tokens.read, `/api/v1/detections/${first}`)).body.syncState,
      { timeout: 30_000 },
    )
    .toBe("confirmed");
  const { body: after } = await contract.askWith(request, tokens.read, `/api/v1/detections/${first}`);
  expect(after).toMatchObject({ status: "in_progress", pendingStatus: null, acknowledgedBy: "Ana Admin" });
  expect(after.timeline).toContainEqual(
    expect.objectContaining({ where: "API", by: "Ana Admin", note: "Through the API." }),
  );

  const owner = (step: string, body?: object) => ask(`/api/v1/detections/${second}/${step}`, body);
  const taken = await owner("take-over", { from: null });
  expect(taken).toMatchObject({ status: 200, body: { id: second, undoMs: 3_000 } });
  expect(await owner("take-over", { from: null })).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(await ask(`/api/v1/changes/${taken.body.changeId}/undo`)).toMatchObject({ body: { undone: true } });
  expect(await ask(`/api/v1/changes/${taken.body.changeId}/undo`)).toMatchObject({ body: { undone: false } });
  expect(await owner("release")).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect((await owner("acknowledge")).body.changeId).toEqual(expect.any(String));
  expect((await owner("release")).status).toBe(200);

  const sync = (id: string) => ask(`/api/v1/configurations/${id}/sync`);
  expect(await sync(configurationId)).toMatchObject({ status: 202, body: { asked: 1 } });
  expect((await sync(disabledId)).status).toBe(409);
});

test("a token comments on a detection and sets its reference", async ({ request }) => {
  const id = some[1]?.id;
  const post = (verb: string, body?: object) =>
    contract.askWith(request, tokens.triage, `/api/v1/detections/${id}/${verb}`, { method: "POST", body });
  const commented = await post("comments", { text: "Written by a script." });
  expect(commented.body).toEqual({ id, changeId: expect.any(String), undoMs: expect.any(Number) });
  expect((await post("reference", { reference: "INC0012345" })).body).toEqual({ reference: "INC0012345" });
  const found = await contract.askWith(request, tokens.read, "/api/v1/detections?range=all&q=ref:inc00123");
  expect(found.body.items).toEqual([
    expect.objectContaining({ id, commentCount: 1, reference: "INC0012345" }),
  ]);
  expect((await post("reference", { reference: "two words" })).status).toBe(400);
});

test("a token with its scope exports a list, and no other does", async ({ request }) => {
  const address = "/api/v1/detections/export?range=all&view=all";
  const fetchAs = (token: string, query = "") =>
    fetch(`${origin}${address}${query}`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await fetchAs(tokens.triage);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="detections.csv"');
  const [head, ...lines] = (await answer.text()).trimEnd().split("\r\n");
  expect(head).toMatch(/^"id","vendor",/);
  const items = (await (await fetchAs(tokens.triage, "&format=ndjson")).text()).trimEnd().split("\n");
  expect(new Set(items.map((line) => (JSON.parse(line) as Json).id))).toEqual(
    new Set(lines.map((line) => line.slice(1, 37))),
  );
  contract.seen.add("exportDetections 200");
  expect((await contract.askWith(request, tokens.read, address)).status).toBe(403);
  expect((await contract.askWith(request, tokens.triage, `${address}&format=xml`)).status).toBe(400);
  expect((await contract.ask(request, address)).status).toBe(401);
});

test("invalid input and unknown ids are refused, naming the field", async ({ request }) => {
  const get = (address: string) => contract.askWith(request, tokens.triage, address);
  const post = (address: string, body?: unknown, headers: Record<string, string> = {}) =>
    contract.askWith(request, tokens.triage, address, { method: "POST", body, headers });
  const bad = await get("/api/v1/detections?severity=urgent&limit=5");
  expect(bad.body.errors).toEqual({
    "severity.0": expect.stringContaining("urgent"),
    limit: "There is no such field.",
  });
  for (const query of ["range=1y", "cursor=x", "severity=high&severity=low", `q=${"x".repeat(201)}`])
    expect([query, (await get(`/api/v1/detections?${query}`)).status]).toEqual([query, 400]);
  const [id] = some.map(({ id }) => id);
  for (const [address, method, body] of everyCall()) {
    const asked = `${address}${address.includes("?") ? "&" : "?"}nonsense=1`;
    const answer = await contract.askWith(request, tokens.triage, asked, { method, body });
    expect([asked, answer.status, Object.keys(answer.body.errors)]).toEqual([asked, 400, ["nonsense"]]);
  }
  const status = `/api/v1/detections/${id}/status`;
  const many = "/api/v1/detections/status";
  const comments = `/api/v1/detections/${id}/comments`;
  const reference = `/api/v1/detections/${id}/reference`;
  const takeOver = `/api/v1/detections/${id}/take-over`;
  for (const wrong of ["{", "", "null", "[]", '{"to":"active"}', Buffer.from([0x22, 0xff, 0x22])])
    for (const address of [status, many])
      expect([String(wrong), (await post(address, wrong)).status]).toEqual([String(wrong), 400]);
  const tooMany = Array.from({ length: 501 }, () => ({ id: nobody, expected: "active" }));
  expect((await post(many, { items: tooMany, to: "resolved" })).body.errors).toEqual({
    items: "Send at most 500.",
  });
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])
    for (const address of [status, many, takeOver, comments, reference])
      expect([type, (await post(address, "{}", { "content-type": type })).status]).toEqual([type, 415]);
  expect((await post(status, "{}", { "content-encoding": "gzip" })).status).toBe(415);
  expect((await post(status, `"${"x".repeat(65 * 1_024)}"`)).status).toBe(413);
  expect((await post(many, `"${"x".repeat(257 * 1_024)}"`)).status).toBe(413);
  for (const address of [takeOver, comments, reference])
    expect((await post(address, `"${"x".repeat(65 * 1_024)}"`)).status).toBe(413);
  expect(await sentInChunks(tokens.triage, status)).toBe(413);
  for (const unknown of [nobody, "nonsense", "%27", "constructor"]) {
    expect((await get(`/api/v1/detections/${unknown}`)).status).toBe(404);
    expect((await post(`/api/v1/detections/${unknown}/acknowledge`)).status).toBe(404);
    expect((await post(`/api/v1/configurations/${unknown}/sync`)).status).toBe(404);
    const change = { to: "resolved", expected: "active" };
    expect((await post(`/api/v1/detections/${unknown}/status`, change)).status).toBe(404);
    expect((await post(`/api/v1/detections/${unknown}/release`)).status).toBe(404);
    expect((await post(`/api/v1/detections/${unknown}/comments`, { text: "x" })).status).toBe(404);
    expect((await post(`/api/v1/detections/${unknown}/reference`, { reference: "A1" })).status).toBe(404);
    const undone = await post(`/api/v1/changes/${unknown}/undo`);
    expect([undone.status, undone.body.undone]).toEqual(unknown === nobody ? [200, false] : [404, undefined]);
    expect((await post(`/api/v1/detections/${unknown}/take-over`, { from: null })).status).toBe(404);
  }
});

test("other methods and other addresses answer in the same shape", async ({ request }) => {
  for (const [address, allow] of [
    ["/api/v1/configurations", "GET, HEAD"],
    ["/api/v1/openapi.json", "GET, HEAD"],
    ["/api/v1/detections/status", "POST"],
    [`/api/v1/detections/${nobody}`, "GET, HEAD"],
  ] as const)
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      if (allow.includes(method)) continue;
      const answer = await contract.ask(request, address, { method });
      expect([method, address, answer.status, answer.headers.allow]).toEqual([method, address, 405, allow]);
    }
  for (const address of ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/detections/x/y/z"])
    for (const method of ["GET", "POST", "OPTIONS"])
      expect((await contract.askWith(request, tokens.read, address, { method })).status).toBe(404);
  const slash = await contract.askWith(request, tokens.read, "/api/v1/configurations/");
  expect(slash.status).toBe(200);
  const head = await contract.askWith(request, tokens.read, "/api/v1/configurations", { method: "HEAD" });
  expect([head.status, head.text]).toEqual([200, ""]);
});

test("the stream carries changes in the shape of list items, and is refused like everything else", async ({
  page,
  request,
}) => {
  await signIn(page, "Ana Admin");
  const ask = (query: string) => contract.askWith(request, tokens.read, `/api/v1/stream${query}`);
  expect((await ask("?after=x")).status).toBe(400);
  expect((await ask("?since=1")).status).toBe(400);
  expect((await contract.ask(request, "/api/v1/stream")).status).toBe(401);
  const foreign = { headers: { "sec-fetch-site": "cross-site" } };
  expect((await contract.ask(page.request, "/api/v1/stream", foreign)).status).toBe(403);

  const leaving = new AbortController();
  const answer = await fetch(`${origin}/api/v1/stream`, {
    headers: { authorization: `Bearer ${tokens.read}`, "last-event-id": "0" },
    signal: leaving.signal,
  });
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
  // nginx's word for: pass on at once
  expect(answer.headers.get("x-accel-buffering")).toBe("no");
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.split("\n\n").length > 3) break;
  }
  leaving.abort();
  contract.seen.add("streamChanges 200");
  const [, id = "", data = "{}"] = /event: detection\nid: (\d+)\ndata: (.*)\n\n/.exec(text) ?? [];
  const row = JSON.parse(data) as { id: string; changeSequence: number };
  expect(row.changeSequence).toBe(Number(id));
  const listed = await contract.askWith(request, tokens.read, `/api/v1/detections/${row.id}`);
  expect(listed.body).toMatchObject(row);
});

test("the session cookie counts only from the portal's own pages", async ({ page, request }) => {
  await signIn(page, "Ana Admin");
  const signedIn = page.request;
  for (const [address, method, body] of everyCall()) {
    const ask = (headers: Record<string, string>) =>
      contract.ask(signedIn, address, { method, body, headers });
    const good = await ask(method === "GET" ? {} : own);
    expect([address, good.status < 300 || good.status === 404]).toEqual([address, true]);
    expect(good.headers.ratelimit).toMatch(/^"user";r=\d+;t=\d+/);
    for (const foreign of [
      { ...own, "sec-fetch-site": "cross-site" },
      { ...own, "sec-fetch-site": "same-site" },
      ...(method === "GET"
        ? []
        : [
            { "x-requested-with": "fetch" },
            { ...own, origin: "null" },
            { ...own, origin: "https://evil.example" },
            { ...own, origin: `${origin}.evil.example` },
            { origin, "content-type": "text/plain" },
          ]),
    ] as Record<string, string>[]) {
      if (foreign["content-type"] === undefined && body !== undefined)
        foreign["content-type"] = "application/json";
      const { status } = await ask(foreign);
      expect([address, foreign, status]).toEqual([address, foreign, 403]);
    }
    expect([address, (await contract.ask(request, address, { method, body })).status]).toEqual([
      address,
      401,
    ]);
  }
  // an invalid token is refused even beside a valid cookie; a valid token needs no Origin
  const beside = await contract.askWith(signedIn, "psoc_x", "/api/v1/configurations");
  expect([beside.status, beside.headers["www-authenticate"]]).toEqual([
    401,
    expect.stringMatching(/^Bearer .*invalid_token/),
  ]);
  const scheme = { authorization: `bEARER ${tokens.read}` };
  expect((await contract.ask(signedIn, "/api/v1/configurations", { headers: scheme })).status).toBe(200);
  for (const authorization of ["", "Basic abc", tokens.read, `Bearer ${tokens.read} x`])
    expect(
      (await contract.ask(signedIn, "/api/v1/configurations", { headers: { authorization } })).status,
    ).toBe(401);
});

test("a read-only token is refused where more is needed, with that reason", async ({ request }) => {
  for (const [address, method, body] of everyCall().filter(([address]) => isTriage(address))) {
    const answer = await contract.askWith(request, tokens.read, address, { method, body });
    expect([address, answer.status, answer.body.detail]).toEqual([
      address,
      403,
      expect.stringContaining("personal access token"),
    ]);
  }
});

test("a viewer's token can't triage, is listed for admins, and ends when the viewer is removed", async ({
  page,
  browser,
  request,
}) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, "Ben Analyst");
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/team");
  await page.getByLabel("Role for Ben Analyst").selectOption("viewer");
  await page
    .getByRole("listitem")
    .filter({ hasText: "Ben Analyst" })
    .getByRole("button", { name: "Approve" })
    .click();
  await expect(page.getByLabel("Role of Ben Analyst")).toHaveValue("viewer");
  await visit(other, "/settings/tokens");
  await expect(other.getByRole("checkbox", { name: /^Read/ })).toBeChecked();
  await expect(other.getByRole("checkbox")).toHaveCount(1);
  await expect(other.getByRole("navigation", { name: "Settings" }).getByRole("link")).toHaveText([
    "Notifications",
    "Azure accounts",
    "API tokens",
  ]);
  const text = await makeToken(other, "Ben's report", false);
  const ask = () => contract.askWith(request, text, "/api/v1/configurations");
  expect((await ask()).status).toBe(200);
  await visit(page, "/settings/tokens");
  await expect(page.getByRole("listitem").filter({ hasText: "Ben's report" })).toContainText("Ben Analyst");
  await visit(page, "/settings/team");
  await page
    .getByRole("listitem")
    .filter({ hasText: "Ben Analyst" })
    .getByRole("button", { name: "Remove" })
    .click();
  await page.getByRole("button", { name: "Remove Ben Analyst" }).click();
  await expect(page.getByLabel("Role of Ben Analyst")).toHaveCount(0);
  expect((await ask()).status).toBe(401);
});

test("beyond a limit the answer says when to retry, and guessed tokens don't affect others", async ({
  request,
}) => {
  test.setTimeout(120_000);
  const bad = () => request.get("/api/v1/configurations", { headers: { authorization: "Bearer psoc_x" } });
  await flood(300, bad);
  const guess = await contract.askWith(request, "psoc_x", "/api/v1/configurations");
  expect(guess).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect((await contract.askWith(request, tokens.read, "/api/v1/configurations")).status).toBe(200);

  const authorization = `Bearer ${tokens.triage}`;
  await flood(600, () => request.get("/api/v1/detections?no=1", { headers: { authorization } }));
  for (const [address, method, body] of everyCall()) {
    const answer = await contract.askWith(request, tokens.triage, address, { method, body });
    expect([address, answer.status]).toEqual([address, 429]);
    expect(answer.headers.ratelimit).toMatch(/^"token";r=0;t=\d+$/);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  }
  for (const address of ["/api/v1/stream", "/api/v1/detections/export"])
    expect((await contract.askWith(request, tokens.triage, address)).status).toBe(429);
  expect((await contract.askWith(request, tokens.read, "/api/v1/configurations")).status).toBe(200);
});

test("every status in the document was seen, except those of our own failures", () => {
  const unseen = contract
    .promised()
    .filter((status) => !contract.seen.has(status) && !/ (500|503)$/.test(status));
  expect(unseen).toEqual([]);
});

test("a revoked token is refused from the next request on", async ({ page, request }) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/tokens");
  for (const name of ["Reads", "Triages"]) {
    await page.getByRole("button", { name: `Revoke ${name}` }).click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await expect(page.getByRole("button", { name: `Revoke ${name}` })).toHaveCount(0);
  }
  // 429 if the limit for invalid credentials is still reached
  const answer = await contract.askWith(request, tokens.read, "/api/v1/configurations");
  expect([401, 429]).toContain(answer.status);
});
