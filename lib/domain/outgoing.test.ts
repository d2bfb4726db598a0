import { expect, it } from "vitest";
import { hostsFor, outgoingAddressProblem } from "./outgoing.ts";

it.each(["https://hooks.contoso.com/in?sig=abc", "https://hooks.contoso.com:8443/", "https://8.8.8.8/in"])(
  "accepts %s",
  (address) => {
    expect(outgoingAddressProblem(address, [])).toBeNull();
  },
);

it.each([
  ["hooks.contoso.com", "https://"],
  ["http://hooks.contoso.com", "https://"],
  ["ftp://hooks.contoso.com", "https://"],
  ["javascript:alert(1)", "https://"],
  ["https://user@hooks.contoso.com", "user name"],
  ["https://:word@hooks.contoso.com", "user name"],
  ["https://localhost/in", "POCKETSOC_OUTGOING_HOSTS"],
  ["https://siem.internal/in", "POCKETSOC_OUTGOING_HOSTS"],
  ["https://0x7f.1/", "POCKETSOC_OUTGOING_HOSTS"],
  ["https://[::ffff:169.254.169.254]/", "POCKETSOC_OUTGOING_HOSTS"],
])("refuses %s", (address, why) => {
  expect(outgoingAddressProblem(address, [])).toContain(why);
});

it("accepts a host that the operator allows, with that port only", () => {
  expect(outgoingAddressProblem("https://SIEM.internal:8443/in", ["siem.internal:8443"])).toBeNull();
  expect(outgoingAddressProblem("https://siem.internal/in", ["siem.internal"])).toBeNull();
  expect(outgoingAddressProblem("https://siem.internal:9000/in", ["siem.internal"])).not.toBeNull();
  expect(outgoingAddressProblem("http://siem.internal/in", ["siem.internal"])).not.toBeNull();
});

it("allows a host to every organisation, or to the one that the operator names", () => {
  const setting = [
    "shared.internal",
    "Contoso=siem.internal:8443",
    "0190-B=b.internal",
    "a = b=equals.internal",
  ];
  const hosts = (id: string, name: string) => hostsFor(setting, { id, name });
  expect(hosts("0190-a", "contoso ")).toEqual(["shared.internal", "siem.internal:8443"]);
  expect(hosts("0190-b", "Fabrikam")).toEqual(["shared.internal", "b.internal"]);
  expect(hosts("0190-c", "A = B")).toEqual(["shared.internal", "equals.internal"]);
  expect(hosts("0190-d", "")).toEqual(["shared.internal"]);
  expect(hostsFor(["=unnamed.internal"], { id: "x", name: "" })).toEqual([]);
});
