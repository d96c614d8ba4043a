using System.Runtime.InteropServices;
using LocalSidecar.Api;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.Hosting;
using LocalSidecar.Metadata;

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine(SidecarOptions.Usage);
    return 0;
}

if (args is ["--version", ..])
{
    Console.WriteLine(SidecarMetadata.RuntimeVersion);
    return 0;
}

try
{
    var options = SidecarOptions.Parse(args);
    using ILoggerFactory loggers = SidecarLog.Create(options, new ConfigurationBuilder().AddEnvironmentVariables().Build());
    if (options.Unused.Count > 0)
    {
        Startup.LogUnused(loggers.CreateLogger("LocalSidecar"), string.Join(' ', options.Unused));
    }

    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await using SidecarHost host = await SidecarHost.StartAsync(options, Tokens.FromEnvironment(), TimeProvider.System, loggers);
    await Task.WhenAny(stop.Task, host.AllStopped);
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}
catch (StartException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

/// <summary>What is logged before anything runs.</summary>
internal static partial class Startup
{
    [LoggerMessage(70, LogLevel.Information, "Flags without a use here: {Flags}")]
    public static partial void LogUnused(ILogger logger, string flags);
}
