using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using JobOrchestrator.Benchmarks;

// In this process: nothing is built a second time, and no other machine's figures are meant to be compared.
IConfig config = ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(EngineCommands).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"], config);
