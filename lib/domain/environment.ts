/** What a configuration is used for. Alerts of a test environment never notify outside hours. */
export const environments = ["production", "test"] as const;
export type Environment = (typeof environments)[number];

export const environmentLabel: Record<Environment, string> = { production: "Production", test: "Test" };
