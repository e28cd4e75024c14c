// @ts-check
// node --require ./bench/report-cpu.cjs PROGRAM: prints the CPU time and peak memory as the last line of the output.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // Node returns microseconds, and on every platform KiB.
  console.log(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peakMebibytes: maxRSS / 1024 }));
});
