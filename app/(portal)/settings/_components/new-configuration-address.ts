/** The form of a new configuration of a vendor; `scope` is filled in. */
export const newConfigurationAddress = (vendor: string, scope?: string): string =>
  `/settings/configurations/new?${new URLSearchParams({ vendor, ...(scope ? { scope } : {}) })}`;
