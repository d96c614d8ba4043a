using Fibonacci;
using JobOrchestrator.Logs;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

switch (args)
{
    case ["worker"]:
        await RunWorkerAsync();
        return 0;
    case ["spawn"]:
        await RunClientAsync(jobs => Spawner.SpawnAsync(jobs, CancellationToken.None));
        return 0;
    case ["spawn-blocking"]:
        await RunClientAsync(jobs =>
        {
            Spawner.SpawnBlocking(jobs);
            return Task.CompletedTask;
        });
        return 0;
    default:
        await Console.Error.WriteLineAsync("Say what to be: worker, spawn or spawn-blocking.");
        return 64;
}

// Works until Ctrl+C, then finishes what it has begun.
static async Task RunWorkerAsync()
{
    // snippet:fibonacci-worker
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Services.AddSingleton<Adder>();
    builder.Services.AddJobWorker(worker => worker
        .Add<LinearProcessor>()
        .Add<ExponentialProcessor>()
        .Queue("fibonacci", concurrency: 18));
    // end-snippet
    Log(builder);
    using IHost host = builder.Build();
    await host.RunAsync();
}

static async Task RunClientAsync(Func<JobClient, Task> spawn)
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Services.AddJobClient();
    Log(builder);
    using IHost host = builder.Build();
    await spawn(host.Services.GetRequiredService<JobClient>());
}

static void Log(HostApplicationBuilder builder)
{
    builder.Logging.AddPlainConsole();
    // The worker tells of each failed attempt with its stack trace, which would hide the pauses that this sample is about.
    builder.Logging.AddFilter("JobOrchestrator.Sdk", LogLevel.Error);
}
