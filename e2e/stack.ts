/** The stack that a journey runs against. */
export type JourneyStack = {
  portalUrl: string;
  controlUrl: string;
  stateDir: string;
  /** the local ports on which the stack expects a push service and a receiver of its outgoing webhook */
  pushPort: number;
  outgoingPort: number;
  /** the database's address for the owner's role */
  databaseUrl: string;
};

/** one stack for each parallel journey */
export const stacks = JSON.parse(process.env.E2E_STACKS ?? "[]") as JourneyStack[];
const own = stacks[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];

/** The stack whose web and worker also offer the paper vendor, and the address of that vendor's stand-in. */
export const paperStack = JSON.parse(
  process.env.E2E_PAPER_STACK ?? '{"portalUrl":"http://localhost","ledgerUrl":""}',
) as { portalUrl: string; ledgerUrl: string };

/** The stack of this Playwright worker, which no other worker uses. scripts/testing/journeys.ts starts the stacks. */
export const stack: JourneyStack = own ?? {
  portalUrl: "http://localhost",
  controlUrl: "",
  stateDir: "",
  pushPort: 0,
  outgoingPort: 0,
  databaseUrl: "",
};
