/** The address of the form of a new configuration. `scope` fills in what it reads. */
export const newConfigurationAddress = (vendor: string, scope?: string): string =>
  `/settings/configurations/new?${new URLSearchParams({ vendor, ...(scope ? { scope } : {}) })}`;
