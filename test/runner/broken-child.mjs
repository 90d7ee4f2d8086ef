// A child that fails to start.
process.exit(9);
