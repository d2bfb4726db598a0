import type { SettingProblem, Vendor } from "./contract.ts";

/** The vendors of an installation, each with the clouds that are offered here. */
export type Vendors = {
  all: readonly Vendor[];
  /** The vendor of that id; throws for one we don't know. */
  get(id: string): Vendor;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Offers each vendor as its settings say, and lists what is wrong with these. */
export function offerVendors(
  registry: readonly Vendor[],
  environment: Environment,
): { vendors: Vendors; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const all = registry.map((vendor) => {
    if (!vendor.settings) return vendor;
    const { names } = vendor.settings;
    const read = vendor.settings.read(Object.fromEntries(names.map((name) => [name, environment[name]])));
    problems.push(...read.problems);
    return read.cloud ? within(vendor, read.cloud) : vendor;
  });
  const byId = new Map(all.map((vendor) => [vendor.manifest.id, vendor]));
  const get = (id: string) => {
    const vendor = byId.get(id);
    if (!vendor) throw new Error("unknown vendor");
    return vendor;
  };
  return { vendors: { all, get }, problems };
}

/** A vendor that is offered in one cloud alone: an operator's own takes the place of all of its. */
function within(vendor: Vendor, cloud: Vendor["manifest"]["clouds"][number]): Vendor {
  const options = [{ id: cloud.id, label: cloud.label }];
  const fields = vendor.manifest.fields.map((field) =>
    field.id === "cloud" ? { ...field, options } : field,
  );
  return { ...vendor, manifest: { ...vendor.manifest, clouds: [cloud], fields } };
}

/** The same for a program that starts. Throws an Error that lists every problem. */
export function openVendors(registry: readonly Vendor[], environment: Environment): Vendors {
  const { vendors, problems } = offerVendors(registry, environment);
  if (problems.length === 0) return vendors;
  const list = problems.map((one) => `- ${one.name} ${one.problem}`).join("\n");
  throw new Error(`PocketSOC can't start:\n${list}`);
}

/** For a program that has nothing to do with any. */
export const noVendors: Vendors = offerVendors([], {}).vendors;
