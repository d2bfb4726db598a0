import { expect, it } from "vitest";
import { withoutCredentials } from "./without-credentials.ts";

it.each([
  ['{"message":"Invalid proxy URL: http://user:CANARY@proxy:3128"}', "http://[redacted]@proxy:3128"],
  ["via https://user:CANARY%23@proxy.example.com/, then", "via https://[redacted]@proxy.example.com/, then"],
  ["postgres://pocketsoc_app:CANARY@db@host:5432/x", "postgres://[redacted]@host:5432/x"],
  ["https://CANARY@proxy", "https://[redacted]@proxy"],
])("%s loses its credentials", (text, kept) => {
  expect(withoutCredentials(text)).toContain(kept);
  expect(withoutCredentials(text)).not.toContain("CANARY");
});

it.each([
  "https://login.example.com/a@b",
  "soc@contoso.com wrote https://example.com?q=a@b",
  '{"a":"https://example.com","b":"soc@contoso.com"}',
])("%s stays as it is", (text) => {
  expect(withoutCredentials(text)).toBe(text);
});
