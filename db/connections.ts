/** the connections that a web, a worker or a receiver shares among its requests and its work */
export const poolSize = 10;
/** the connections of the worker's job queue */
export const jobsPoolSize = 2;

/**
 * The most connections that each program opens: its pool, one that listens for hints, and in the worker those of the job
 * queue. The start check and docs/postgresql.md tell an operator these numbers.
 */
export const connectionsOf = {
  web: poolSize + 1,
  worker: poolSize + 1 + jobsPoolSize,
  receiver: poolSize + 1,
} as const;
