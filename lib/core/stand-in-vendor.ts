import { z } from "zod";
import { neutralWords } from "#lib/domain/vendor-words.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";

/** The problem of a row whose vendor this installation doesn't know. */
export const vendorNotOffered = (id: string): ProblemEntry => ({
  code: "vendor_not_offered",
  concerns: "vendor",
  message: `This installation doesn't know the vendor “${id}” of this configuration, so nothing is read or sent there.`,
  remedy: "Ask whoever runs PocketSOC which version is running, or delete the configuration.",
});

/**
 * Returns a vendor to show in place of one that this installation doesn't know, because an older version is running or the
 * vendor was withdrawn. It has neutral words, its id as its label, and neither clouds, links nor abilities. Its calls throw
 * VendorError `vendor_not_offered`.
 */
export function standInVendor(id: string): Vendor {
  const refuse = (): never => {
    throw new VendorError(problemOf(vendorNotOffered(id)));
  };
  return {
    manifest: {
      id,
      label: id,
      words: neutralWords,
      authority: "",
      authTypes: [],
      fields: [],
      notifyAbout: [],
      transitions: { active: [], in_progress: [], dismissed: [], resolved: [], unknown: [] },
      clouds: [],
      guide: [],
      firstSteps: [],
      sampleHint: "",
    },
    connection: z.never(),
    ref: z.never(),
    verify: refuse,
    list: refuse,
    read: refuse,
    normalise: () => ({ ok: false, reason: vendorNotOffered(id).message }),
    fingerprint: (raw) => JSON.stringify(raw),
    links: { alert: () => null },
    can: {},
  };
}
