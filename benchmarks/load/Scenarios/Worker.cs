using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Load;

/// <summary>One worker on the SDK, a process of its own, that does nothing and says so at once.</summary>
internal static class Worker
{
    /// <summary>The argument that makes this program be it.</summary>
    public const string Argument = "--worker";

    public static async Task WorkAsync(Uri address)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddJobClient(options => options.Address = address);
        builder.Services.AddJobWorker(static worker => worker.Add<Nothing>());
        using IHost host = builder.Build();
        await host.RunAsync();
    }

    /// <summary>Starts it.</summary>
    public static Child Start(int jobsPort) => Child.Start(
        "Worker", typeof(Worker).Assembly.Location, AppContext.BaseDirectory,
        [Argument, $"http://127.0.0.1:{Ports.Text(jobsPort)}"], []);

    [JobType("load", Queue = "load")]
    private sealed record Input(string Text) : IJob<int>;

    private sealed class Nothing : JobProcessor<Input, int>
    {
        public override Task<int> RunAsync(Input input, JobContext context) => Task.FromResult(input.Text.Length);
    }
}
