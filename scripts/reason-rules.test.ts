import { expect, it } from "vitest";
import { reasonProblems } from "./reason-rules.ts";

const problemsOf = (text: string) => reasonProblems([{ path: "lib/a.ts", text }]);
const dropped = "an error is dropped. Handle it, or say in a comment why that is right.";
const waits = "a fixed wait. Wait for what should happen, or give the reason in a comment.";

it.each([
  ["try {\n  a();\n} catch {\n  return null;\n}", 5],
  ["// a comment on something else\nb();\ntry {\n  a();\n} catch {}", 5],
  ["const b = await a().catch(() => null);", 1],
  ["void a()\n  .b()\n  .catch(() => undefined);", 3],
])("refuses a dropped error without a reason: %j", (text, line) => {
  expect(problemsOf(`const run = async () => {\n${text}\n};`)).toEqual([`lib/a.ts:${line + 1}: ${dropped}`]);
});

it.each([
  "try {\n  a();\n} catch {\n  // not JSON\n  return null;\n}",
  "try {\n  a();\n} catch {\n  throw refused();\n}",
  'try {\n  a();\n} catch {\n  show("Nothing was saved. Try again.");\n}',
  "try {\n  a();\n} catch (error) {\n  log(error);\n}",
  "// it rejects only when the signal aborts\nawait a().catch(() => null);",
  "await a({\n  b,\n}).catch(() => null); // a lost report costs nothing",
  "await a().catch((error) => log(error));",
  'await a().catch(() => stop("npm was not found. Install it."));',
  'const schema = b.catch("").default("");',
])("accepts %j", (text) => {
  expect(problemsOf(`const run = async () => {\n${text}\n};`)).toEqual([]);
});

it.each([
  "await pause(100);",
  "await page.waitForTimeout(1_000);",
  "await new Promise((resolve) => setTimeout(resolve, 50));",
  "for (const a of b) a.then(async () => {\n  await pause(100, signal);\n});",
])("refuses a fixed wait without a reason: %j", (text) => {
  expect(problemsOf(text)).toEqual([expect.stringMatching(new RegExp(`^lib/a.ts:\\d: ${waits}$`))]);
});

it.each([
  ["with its reason", "// nothing may arrive meanwhile\nawait pause(100);"],
  ["between the attempts of a loop", "while (!a()) await pause(100);"],
  ["of a time that has a name", "await pause(everyMs);"],
  ["of a time that has a name, by a timer", "await new Promise((resolve) => setTimeout(resolve, everyMs));"],
])("accepts a wait %s", (_kind, text) => {
  expect(problemsOf(text)).toEqual([]);
});
