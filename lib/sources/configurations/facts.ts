import { z } from "zod";
import type { Json } from "#lib/domain/detection.ts";

type Facts = { facts: { [key: string]: Json } };

/** Returns the vendor's name for a configuration's scope; null if no check has read the name. */
export const scopeNameOf = ({ facts }: Facts): string | null =>
  typeof facts.scopeName === "string" && facts.scopeName !== "" ? facts.scopeName : null;

/** Returns the vendor permissions for each kind of change ("yes", "no" or "probably"); null if no check has read them. */
export const rightsIn = ({ facts }: Facts): Record<string, string> | null =>
  z.record(z.string(), z.string()).safeParse(facts.rights).data ?? null;
