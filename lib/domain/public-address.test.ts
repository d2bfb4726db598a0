import { expect, it } from "vitest";
import { publicAddressProblem, reachability } from "./public-address.ts";

it.each([
  "https://soc.contoso.com",
  "https://soc.contoso.com:8443",
  "https://soc.contoso.com.",
  "https://localhost.contoso.com",
  "https://8.8.8.8",
  "https://172.15.255.255",
  "https://172.32.0.1",
  "https://100.63.0.1",
  "https://100.128.0.1",
  "https://[2606:4700::1111]",
  "https://[::ffff:8.8.8.8]",
])("finds no problem with %s", (address) => {
  expect(reachability(address)).toEqual({ reachable: true });
});

it.each([
  ["http://soc.contoso.com", "http"],
  ["http://localhost:3000", "itself"],
  ["https://localhost", "itself"],
  ["https://soc.localhost", "itself"],
  ["https://127.0.0.1", "itself"],
  ["https://127.255.0.9", "itself"],
  // other spellings of 127.0.0.1
  ["https://0x7f.1", "itself"],
  ["https://2130706433", "itself"],
  ["https://[::1]", "itself"],
  ["https://[::ffff:127.0.0.1]", "itself"],
  ["https://0.0.0.0", "of a machine"],
  ["https://[::]", "itself"],
  ["https://10.1.2.3", "private"],
  ["https://172.16.0.1", "private"],
  ["https://172.31.255.255", "private"],
  ["https://192.168.1.10", "private"],
  ["https://[::ffff:192.168.1.10]", "private"],
  ["https://[fd12:3456::1]", "private"],
  ["https://100.64.1.1", "inside"],
  ["https://169.254.169.254", "link-local"],
  ["https://[fe80::1]", "link-local"],
  ["https://168.63.129.16", "Microsoft's own platform"],
  ["https://192.0.0.192", "reserved for protocols"],
  ["https://[64:ff9b::a00:1]", "another network"],
  ["https://[2002:a00:1::1]", "another network"],
  ["https://[2001:0:4136:e378::1]", "reserved for protocols"],
  ["https://[2001:db8::1]", "documentation"],
  ["https://[::10.0.0.1]", "of a machine"],
  ["https://224.0.0.1", "of a machine"],
  ["https://255.255.255.255", "of a machine"],
  ["https://[ff02::1]", "of a machine"],
  ["https://soc.local", ".local"],
  ["https://soc.corp.internal", ".internal"],
  ["https://SOC.LAN", ".lan"],
  ["https://soc.home.arpa", ".arpa"],
  ["https://soc.internal.", ".internal"],
  ["https://soc", "inside a network"],
  ["soc.contoso.com", "valid address"],
  ["", "valid address"],
])("says why %s can't be reached", (address, why) => {
  const answer = reachability(address);
  expect(answer).toMatchObject({ reachable: false, why: expect.stringContaining(why) as string });
});

it.each(["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2001:4860:4860::8888"])(
  "accepts the IP address %s",
  (address) => {
    expect(publicAddressProblem(address)).toBeNull();
  },
);

it.each([
  ["127.0.0.1", "itself"],
  ["10.0.0.7", "private"],
  ["169.254.169.254", "link-local"],
  ["100.100.100.200", "inside"],
  ["0.0.0.0", "of a machine"],
  ["::1", "itself"],
  ["::", "itself"],
  ["::ffff:127.0.0.1", "itself"],
  ["::ffff:a9fe:a9fe", "link-local"],
  ["64:ff9b::169.254.169.254", "another network"],
  ["64:ff9b:1::1", "another network"],
  ["fe80::1%eth0", "link-local"],
  ["fd00:ec2::254", "private"],
  ["not an address", "isn't an IP address"],
])("says why the IP address %s is refused", (address, why) => {
  expect(publicAddressProblem(address)).toContain(why);
});
