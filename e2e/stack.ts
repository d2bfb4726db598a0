/** The addresses, ports and folder of the stack that a journey runs against. */
export type JourneyStack = {
  portalUrl: string;
  controlUrl: string;
  stateDir: string;
  /** the local port on which the stack expects a push service */
  pushPort: number;
  /** the local port on which the stack expects the receiver of its outgoing webhook */
  outgoingPort: number;
  /** the address of the database, with the owner's role */
  databaseUrl: string;
};

/** the stacks; each parallel worker of Playwright has its own */
export const stacks = JSON.parse(process.env.E2E_STACKS ?? "[]") as JourneyStack[];
const own = stacks[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];

/** The portal whose web and worker also offer the paper vendor, and the address of that vendor's stand-in. */
export const paperStack = JSON.parse(
  process.env.E2E_PAPER_STACK ?? '{"portalUrl":"http://localhost","ledgerUrl":""}',
) as { portalUrl: string; ledgerUrl: string };

/** The stack that only this worker of Playwright uses. scripts/testing/journeys.ts starts the stacks. */
export const stack: JourneyStack = own ?? {
  portalUrl: "http://localhost",
  controlUrl: "",
  stateDir: "",
  pushPort: 0,
  outgoingPort: 0,
  databaseUrl: "",
};
