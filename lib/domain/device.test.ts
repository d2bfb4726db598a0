import { describe, expect, it } from "vitest";
import { deviceName, isWebPushEndpoint, platformOf } from "./device.ts";

const agents = {
  iphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Safari/604.1",
  ipad: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
  android: "Mozilla/5.0 (Linux; Android 16; Pixel) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36",
  edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
};

it.each([
  [agents.iphone, true, "ios", "Safari on iPhone or iPad"],
  [agents.ipad, true, "ios", "Safari on iPhone or iPad"],
  [agents.ipad, false, "macos", "Safari on Mac"],
  [agents.android, true, "android", "Chrome on Android"],
  [agents.edge, false, "windows", "Edge on Windows"],
  [agents.firefox, false, "linux", "Firefox on Linux"],
  ["", false, "other", "Browser"],
] as const)("%s is told by its name", (agent, hasTouch, platform, name) => {
  expect(platformOf(agent, hasTouch)).toBe(platform);
  expect(deviceName(agent, platform)).toBe(name);
});

describe("an endpoint", () => {
  it.each([
    "https://web.push.apple.com/QO1",
    "https://fcm.googleapis.com/fcm/send/a:b",
    "https://updates.push.services.mozilla.com/wpush/v2/x",
    "https://wns2-par02p.notify.windows.com/w/?token=x",
  ])("may be %s", (text) => {
    expect(isWebPushEndpoint(text)).toBe(true);
  });

  it.each([
    "http://web.push.apple.com/x",
    "https://web.push.apple.com:444/x",
    "https://a@web.push.apple.com/x",
    "https://evilpush.apple.com.example/x",
    "https://evil-push.apple.com@evil.example/x",
    "https://notpush.services.mozilla.com.evil.example/",
    "https://localhost/x",
    "https://[::1]/x",
    "javascript:alert(1)",
    `https://fcm.googleapis.com/${"x".repeat(1_000)}`,
    "",
  ])("may not be %s", (text) => {
    expect(isWebPushEndpoint(text)).toBe(false);
  });

  it("may be at a host that the operator named, with its port and no other", () => {
    expect(isWebPushEndpoint("https://push.internal:8443/x", ["push.internal:8443"])).toBe(true);
    expect(isWebPushEndpoint("https://push.internal/x", ["push.internal:8443"])).toBe(false);
    expect(isWebPushEndpoint("https://a.push.internal:8443/x", ["push.internal:8443"])).toBe(false);
  });
});
