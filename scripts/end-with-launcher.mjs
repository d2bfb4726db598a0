// Loaded first into every program that a launcher starts. Their channel closes when the launcher ends, even by kill -9; the
// program then ends as at SIGTERM, because nothing else would end it.
function end() {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 8_000).unref();
}
if (process.connected === false) end();
process.once("disconnect", end);
