// A child that cannot even begin.
process.exit(9);
