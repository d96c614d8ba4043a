using JobOrchestrator.Simulation;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

using var watch = PoolWatch.Begin();
try
{
    return options.Kept is { } kept ? new KeptRuns(kept, options, Console.Out).Run()
        : options is { IsSweep: true, IsOneRun: false } ? new Sweeps(options, Console.Out).Run()
        : new Seeds(options, Console.Out).Run();
}
catch (HangException hang)
{
    // Its thread cannot be ended, so no other world can be run in this process: what it has counted is lost.
    Console.WriteLine(hang.Message);
    return 1;
}
