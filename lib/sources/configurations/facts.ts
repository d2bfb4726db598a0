import { z } from "zod";
import type { Json } from "#lib/domain/detection.ts";

type Facts = { facts: { [key: string]: Json } };

/** Returns the vendor's name for a configuration's scope; null if no check has read the name. */
export const scopeNameOf = ({ facts }: Facts): string | null =>
  typeof facts.scopeName === "string" && facts.scopeName !== "" ? facts.scopeName : null;

/**
 * Returns for each kind of change whether the vendor permits it ("yes", "no" or "probably"). Returns null before the
 * first check.
 */
export const rightsIn = ({ facts }: Facts): Record<string, string> | null =>
  z.record(z.string(), z.string()).safeParse(facts.rights).data ?? null;
