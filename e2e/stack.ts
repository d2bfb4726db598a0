/** The addresses, ports and folder of the stack that a journey uses. */
export type JourneyStack = {
  portalUrl: string;
  controlUrl: string;
  stateDir: string;
  /** the local port of the push service that the stack uses */
  pushPort: number;
  /** the local port of the receiver that the stack's outgoing webhook uses */
  outgoingPort: number;
  /** the database's address, for the owner's role */
  databaseUrl: string;
};

/** all stacks; each of Playwright's parallel workers has its own */
export const stacks = JSON.parse(process.env.E2E_STACKS ?? "[]") as JourneyStack[];
const own = stacks[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];

/** A stack whose web and worker also offer the paper vendor, and the address of that vendor's stand-in. */
export const paperStack = JSON.parse(
  process.env.E2E_PAPER_STACK ?? '{"portalUrl":"http://localhost","ledgerUrl":""}',
) as { portalUrl: string; ledgerUrl: string };

/** The stack of this Playwright worker. scripts/testing/journeys.ts starts the stacks. */
export const stack: JourneyStack = own ?? {
  portalUrl: "http://localhost",
  controlUrl: "",
  stateDir: "",
  pushPort: 0,
  outgoingPort: 0,
  databaseUrl: "",
};
