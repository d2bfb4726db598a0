import { expect, it } from "vitest";
import { isVapidSubject } from "./vapid-subject.ts";

it.each(["mailto:soc@contoso.com", "https://soc.contoso.com", "https://soc.contoso.com/contact"])(
  "%s is a subject that push services accept",
  (text) => {
    expect(isVapidSubject(text)).toBe(true);
  },
);

it.each([
  "",
  "soc@contoso.com",
  "mailto:soc@localhost",
  "mailto:soc@soc.local",
  "mailto:soc@contoso.example",
  "http://soc.contoso.com",
  "https://localhost:3000",
  "https://10.0.0.1",
  "https://[::1]",
  "https://portal",
  "https://me@soc.contoso.com",
])("%s isn't a subject that push services accept", (text) => {
  expect(isVapidSubject(text)).toBe(false);
});
