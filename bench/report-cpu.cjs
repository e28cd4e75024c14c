// @ts-check
// node --require ./bench/report-cpu.cjs PROGRAM: prints what the process used, as the last line of its output.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // Node gives microseconds, and KiB on every platform.
  console.log(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peakMebibytes: maxRSS / 1024 }));
});
