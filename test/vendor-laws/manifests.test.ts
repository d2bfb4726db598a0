import { describe, expect, it } from "vitest";
import { partsOf } from "#lib/domain/guide-text.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { formFields } from "#lib/schemas/common-fields.ts";
import { configurationInput } from "#lib/schemas/configuration.ts";
import type { GuideBlock, GuideSection } from "#lib/vendors/document-contract.ts";
import { byId, fixtures } from "./all.ts";

const isOrigin = (text: string) => {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.origin === text;
};
/** The placeholders that the portal fills in, besides the cloud's endpoints and the form's values. */
const filledIn = ["pocketsocUrl", "redirectUri", "templateUri", "consoleUrl", "scopeId"];
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
/** Whether a page may link to an address: https, an address within the vendor's console, or a path of the portal. */
const isLink = (href: string) => /^(https:\/\/|\{consoleUrl\}\/|#|\/[a-z])/.test(href);

/** Returns the names of the rules that don't hold. */
const broken = (rules: Record<string, boolean>) =>
  Object.entries(rules).flatMap(([name, holds]) => (holds ? [] : [name]));

const withParts = (sections: GuideSection[]): GuideSection[] =>
  sections.flatMap((section) => [section, ...withParts(section.parts ?? [])]);
function textsOf(block: GuideBlock): string[] {
  if (block.kind === "steps" || block.kind === "list") return block.items;
  if (block.kind === "table") return [...block.head, ...block.rows.flat()];
  if (block.kind === "copy") return [block.value];
  if (block.kind === "link") return [block.label, block.href];
  return block.kind === "deploy" ? [] : [block.text];
}

it("vendors have distinct ids", () => {
  const ids = fixtures.map(({ vendor }) => vendor.manifest.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
});

describe.each(byId)("the manifest of %s", (_id, { vendor, form, secret }) => {
  const { manifest, can } = vendor;
  const { fields, authTypes, clouds, words } = manifest;
  const field = (id: string) => fields.find((candidate) => candidate.id === id);
  const fieldsOf = (place: string) => fields.filter((candidate) => candidate.of === place);
  /** The form fields that a `when` may name, each with the values it may have. */
  const choices: Record<string, string[]> = {
    authType: authTypes.map(({ id }) => id),
    ...Object.fromEntries(fields.map(({ id, options = [] }) => [id, options.map((option) => option.id)])),
  };
  const expectChoices = (when: Record<string, string[]> = {}) => {
    for (const [name, values] of Object.entries(when)) {
      expect([name, values.length]).not.toEqual([name, 0]);
      expect(choices[name]).toEqual(expect.arrayContaining(values));
    }
  };

  it("is JSON", () => {
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  it("has all the words that sentences use", () => {
    for (const [name, word] of Object.entries(words)) expect([name, word.trim()]).toEqual([name, word]);
    for (const word of [words.product, words.provider, manifest.label]) expect(word).toMatch(/^\p{Lu}/u);
    for (const word of [words.scope, words.scopes]) expect(word).toMatch(/^\p{Ll}/u);
    expect(words.scopes).not.toBe(words.scope);
    for (const text of [...manifest.firstSteps, manifest.sampleHint]) expect(text).toMatch(/^\S.*\.$/);
  });

  it("has the addresses of each cloud", () => {
    expect(clouds.length).toBeGreaterThan(0);
    expect(new Set(clouds.map(({ id }) => id)).size).toBe(clouds.length);
    for (const { label, consoleUrl, endpoints } of clouds) {
      expect(label).not.toBe("");
      expect(Object.keys(endpoints).length).toBeGreaterThan(0);
      for (const origin of [consoleUrl, ...Object.values(endpoints)])
        expect([origin, isOrigin(origin)]).toEqual([origin, true]);
    }
    const ids = clouds.map(({ id }) => id);
    expect(field("cloud")?.options?.map(({ id }) => id) ?? ids.slice(0, 1)).toEqual(ids);
  });

  it("has fields that are consistent with each other", () => {
    const all = formFields(manifest);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(fieldsOf("scope")).toHaveLength(1);
    expect(fieldsOf("secret").length).toBeLessThanOrEqual(1);
    expect(field("displayName")).toMatchObject({ kind: "text", required: true });
    for (const [index, current] of fields.entries()) {
      const before = ["authType", ...fields.slice(0, index).map(({ id }) => id)];
      expect(before).toEqual(expect.arrayContaining(Object.keys(current.when ?? {})));
      expectChoices(current.when);
      expectChoices(current.onlyOne?.when);
      expect(["authType", ...before]).toContain(current.notSameAs?.field ?? "authType");
      for (const { pattern } of current.refuses ?? []) expect(() => new RegExp(pattern, "i")).not.toThrow();
      expect(
        broken({
          [`${current.id} has options`]: current.kind !== "choice" || Boolean(current.options?.length),
        }),
      ).toEqual([]);
    }
  });

  it("names the severities that notify the team, most urgent first, High among them", () => {
    const { notifyAbout } = manifest;
    expect(namedSeverities.filter((severity) => notifyAbout.includes(severity))).toEqual(notifyAbout);
    expect(notifyAbout).toContain("high");
  });

  it("has what each auth type needs", () => {
    expect(authTypes.length).toBeGreaterThan(0);
    expect(new Set(authTypes.map(({ id }) => id)).size).toBe(authTypes.length);
    const signsPeopleIn =
      authTypes.some(({ reads }) => reads === "person") || Boolean(choices.writeAs?.includes("person"));
    const byItself = authTypes.some(({ reads }) => reads === "application");
    const provesItself = fieldsOf("secret").length > 0 || field("certificateId") !== undefined;
    expect(
      broken({
        "people sign in somewhere": !signsPeopleIn || manifest.signIn !== undefined,
        "an application proves itself": !byItself || provesItself,
      }),
    ).toEqual([]);
  });

  it("promises exactly what the vendor can do", () => {
    const written: readonly string[] = can.update?.fields ?? [];
    const sets = (name: string) => written.includes(name);
    expect(
      broken({
        "its webhook is read": Boolean(can.webhook) === Boolean(manifest.webhook),
        "its people sign in": Boolean(can.signIn) === Boolean(manifest.signIn),
        "what was written is read back": !can.update || can.reread !== undefined,
        "it updates something": !can.update || written.length > 0,
        "each field is named once": new Set(written).size === written.length,
        "what a status doesn't say is compared":
          !(sets("verdict") || sets("owner")) || Boolean(can.update?.shows),
      }),
    ).toEqual([]);
  });

  it("has transitions from each status only to target statuses", () => {
    expect(Object.keys(manifest.transitions).toSorted()).toEqual([...statuses].toSorted());
    const reached = new Set(Object.values(manifest.transitions).flat());
    for (const [from, targets] of Object.entries(manifest.transitions)) {
      expect(targetStatuses).toEqual(expect.arrayContaining([...targets]));
      expect(new Set(targets).size).toBe(targets.length);
      expect(targets).not.toContain(from);
    }
    // no target status is a dead end
    expect([...reached].filter((status) => manifest.transitions[status].length === 0)).toEqual([]);
    expect(reached.size > 0).toBe(Boolean(can.update?.fields.includes("status")));
  });

  it("makes a form that accepts an admin's values, and whose errors never contain the secret", () => {
    const schema = configurationInput(manifest);
    const input = schema.parse(form);
    expect(input).toMatchObject({ vendor: manifest.id, secret, cloud: clouds[0]?.id });
    expect(input).toMatchObject({ environment: "production", notifyAbout: manifest.notifyAbout });
    expect(input.scopeIds.map((id) => id.toLowerCase())).toEqual(input.scopeIds);
    expect(input.pollIntervalSeconds).toBeGreaterThanOrEqual(30);
    expect(vendor.connection.safeParse(JSON.parse(JSON.stringify(input.connection))).success).toBe(true);
    for (const id of Object.keys(form)) {
      const parsed = schema.safeParse({ ...form, [id]: `${secret} ${secret}` });
      expect(JSON.stringify(parsed.error?.issues ?? [])).not.toContain(secret);
    }
    const inCapitals = schema.parse({
      ...form,
      [fieldsOf("scope")[0]?.id ?? ""]: input.scopeIds[0]?.toUpperCase() ?? "",
    });
    expect(inCapitals.scopeIds).toEqual(input.scopeIds);
  });

  it("has a guide beside the form whose links and placeholders work", () => {
    expect(manifest.guide.length).toBeGreaterThan(0);
    const known = [...filledIn, ...fields.map(({ id }) => id), ...Object.keys(clouds[0]?.endpoints ?? {})];
    for (const step of manifest.guide) {
      expectChoices(step.when);
      const texts = [...step.body, ...(step.notes ?? []), ...(step.copy ?? []).map(({ value }) => value)];
      const href = step.link?.href ?? "#";
      expect([href, isLink(href)]).toEqual([href, true]);
      for (const text of [...texts, href]) expect(known).toEqual(expect.arrayContaining(namesIn(text)));
    }
  });

  it("has a documentation page whose links and placeholders work", () => {
    const { document } = vendor;
    if (!document) throw new Error("there is no page");
    const sections = withParts(document.sections);
    const texts = sections.flatMap((section) => section.blocks.flatMap(textsOf));
    const ids = sections.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const known = [
      ...filledIn,
      ...Object.keys(document.placeholders),
      ...Object.keys(clouds[0]?.endpoints ?? {}),
    ];
    for (const text of texts) expect(known).toEqual(expect.arrayContaining(namesIn(text)));
    for (const { label } of formFields(manifest)) expect(texts).toContain(label);
    const links = sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === "link" ? [block.href] : []));
    const marked = texts.flatMap(partsOf).flatMap((part) => (part.kind === "link" ? [part.href] : []));
    for (const href of [...links, ...marked]) {
      expect([href, isLink(href)]).toEqual([href, true]);
      expect(href.startsWith("#") ? ids : [href.slice(1)]).toContain(href.slice(1));
    }
    // a webhook needs instructions on how to deploy it, and only a webhook does
    expect(Boolean(document.deploy)).toBe(Boolean(manifest.webhook));
  });

  it("lets an operator set its addresses, and never repeats the values in errors", () => {
    const { settings } = vendor;
    if (!settings) return;
    expect(settings.read({})).toEqual({ cloud: null, problems: [] });
    for (const name of settings.names) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      for (const value of [
        "ftp://CANARY.example",
        "https://CANARY.example/path",
        "https://u:CANARY@a.example",
      ]) {
        const { cloud, problems } = settings.read({ [name]: value });
        expect({ cloud, names: problems.map((problem) => problem.name) }).toEqual({
          cloud: null,
          names: [name],
        });
        expect(JSON.stringify(problems)).not.toContain("CANARY");
      }
    }
  });
});
