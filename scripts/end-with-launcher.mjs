// Loaded first into every program that a launcher starts. The channel between them closes when the launcher
// is gone, even by kill -9; then the program ends as at SIGTERM, since nobody else would ever end it.
function end() {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 8_000).unref();
}
if (process.connected === false) end();
process.once("disconnect", end);
