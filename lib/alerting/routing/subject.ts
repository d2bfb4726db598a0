import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Subject } from "#lib/domain/recipients.ts";
import type { Severity } from "#lib/domain/severity.ts";

/** Returns what decides the recipients of a configuration's alert. */
export const subjectOf = (
  { id, environment, notifyAbout }: Pick<ConfigurationRow, "id" | "environment" | "notifyAbout">,
  severity: Severity,
): Subject => ({ severity, configurationId: id, environment, notifyAbout });
