/** What an account at a vendor is for. Alerts of a test account never notify anyone outside their hours. */
export type Environment = "production" | "test";
