import { expect, it } from "vitest";
import { keyedHash, unsealOrNull } from "./crypto.ts";
import type { HashLabel, SealPurpose } from "./seal-purposes.ts";

/**
 * The text "a secret" for organisation o1 and row r1, sealed once for each purpose. A release must still open these values,
 * so they must never change.
 */
const sealedValues: Record<SealPurpose, string> = {
  "data-key": "AWq58euV0H4RxQB2s0jdvuwX1kEVaccK5bA/PSW65mPXN1B8UIN6iGY=",
  "credential-secret": "AWq58evR5mvRbOT2jiZR03Tb05bXM+ZiILIXf2bIEKB4S4p5hBDl6jE=",
  "prepared-certificate-key": "AWq58euzCZqApUQzKBeJMWcOvqh6zsPse1OSJ86fjrVZ23IYwSB5700=",
  "connection-tokens": "AWq58etlfRyNB3BrPW6HSV/tJNYbcT2B9jOKam9+ai1n+L9f0WD0okQ=",
  "sign-in": "AWq58etISVtbvEzWg1SxPuVUc1EXQSQxC1ZFa1AOH265omivlNekyNY=",
  "webhook-token": "AWq58euvdOpxZg2cGaaEfVGDW/8NwMnCzxe0dDKJrXteVl2YVC4sMT8=",
  "webhook-body": "AWq58etoDgWYn8uhVBQAIwoBvn6qe6eR6ZLPaoIIlSwj/802rwFFPuY=",
  "push-subscription": "AWq58et7z10calgUcTHhAi6wozqhXVxf0n01yZ//LsNi5Udm0iRg31E=",
  "vapid-private-key": "AWq58etwIG+xDObBAYvkg/am/XF1gtmdEZHCS7cYgTkEzbL94TS2CMY=",
  "outgoing-webhook-address": "AWq58eu6vW7p7H0n94qmXj5Ag16ZVaLGhJQTj2C/otPB2xgu2dRCuME=",
  "outgoing-webhook-secret": "AWq58esaZJQHL0Ej7nyEkoTzBMhQKiatNAStRtKQTEv52CBHr/ORFyE=",
  "outgoing-webhook-earlier-secret": "AWq58etBxQT8NzOglxRJWFdR1PfXiMeAFexAN3THCZKWW58xq2/TE0I=",
  "vendor-alerts-cursor": "AWq58evoUH6QkkAerVVuRrIcXzFdqRLVvEWK2+UqexNh3oWNJm7Kt6s=",
};

it.each(Object.entries(sealedValues) as [SealPurpose, string][])(
  "a value sealed earlier as %s still opens, for that purpose only",
  (purpose, sealed) => {
    const key = { id: "k1", key: Buffer.alloc(32, 7) };
    const opening = (Object.keys(sealedValues) as SealPurpose[]).filter((candidate) => {
      const context = { purpose: candidate, organisationId: "o1", rowId: "r1" };
      return unsealOrNull([key], context, Buffer.from(sealed, "base64"))?.toString() === "a secret";
    });
    expect(opening).toEqual([purpose]);
  },
);

/** The text "a text", hashed once for each label. These hashes must never change. */
const hashes: Record<HashLabel, string> = {
  "webhook-token": "3jf7jtL7EwCUQUW5fBzwjdDQOFDSxS4cT/3Jc5raTEM=",
  "notification-receipt": "VcmU7DAXDZWiAuAaJE2Ri9OnEgH5nRtClv8HnSJpwMw=",
};

it.each(Object.entries(hashes) as [HashLabel, string][])(
  "a value hashed earlier as %s has the same hash today",
  (label, hash) => {
    const key = { id: "k1", key: Buffer.alloc(32, 7) };
    expect(keyedHash(key, label, "a text").toString("base64")).toBe(hash);
  },
);
