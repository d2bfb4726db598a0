import { environmentLabel, environments } from "#lib/domain/environment.ts";
import { type NamedSeverity, namedSeverities, severityLabel } from "#lib/domain/severity.ts";
import type { VendorField } from "./vendor-field.ts";

const environmentField: VendorField = {
  id: "environment",
  label: "Environment",
  kind: "choice",
  required: true,
  options: environments.map((id) => ({ id, label: environmentLabel[id] })),
  help: "Alerts of Test never notify people outside their hours.",
};

const notifyAboutField: VendorField = {
  id: "notifyAbout",
  label: "Notify the team about",
  kind: "severities",
  required: true,
  options: namedSeverities.map((id) => ({ id, label: severityLabel[id] })),
  help: "Alerts of other severities are listed, but notify nobody.",
};

/** Returns the fields of a vendor's form: the vendor's own and, after them, those that every vendor's form has. */
export function formFields({
  fields,
  notifyAbout,
}: {
  fields: readonly VendorField[];
  notifyAbout: readonly NamedSeverity[];
}): VendorField[] {
  return [...fields, environmentField, { ...notifyAboutField, chosen: notifyAbout }];
}
