using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs work QUEUE -- program {}</c>: runs a program for each job.</summary>
internal static class WorkCommand
{
    public static Command Build(Building build)
    {
        Argument<string> queue = Building.Argument("queue", "The queue.");
        var program = new Argument<string[]>("program")
        {
            Description = "Behind --: the program and its arguments. {} is the input, {id}, {type} and {attempt} are the job's.",
            Arity = ArgumentArity.OneOrMore,
        };
        var types = new Option<string[]>("--type")
        {
            Description = "Only jobs of this type; several by naming it again. Any by default.",
            HelpName = "type",
        };
        var parallel = new Option<int>("--parallel", "-j")
        {
            Description = "So many at once.",
            HelpName = "number",
            DefaultValueFactory = static _ => 1,
        };
        Option<string?> worker = Building.Text("--worker", "The worker's name in the jobs' attempts.", "name");
        var limit = new Option<int?>("--limit", "-n") { Description = "End after so many attempts.", HelpName = "number" };
        return build.Command(
            "work",
            "Run a program for each job: its input on standard input, its result from standard output, an exit code over 0 fails it.",
            [queue, program, types, parallel, worker, limit],
            async (session, parsed, stopping) =>
            {
                var tally = new WorkTally(session.Messages, parsed.GetValue(limit));
                var line = new ProgramLine(parsed.GetValue(program)!);
                int slots = parsed.GetValue(parallel);
                if (slots < 1)
                {
                    throw new UsageException("--parallel is at least 1.");
                }

                var services = new ServiceCollection();
                Session.Add(services, build.Settings.AddressOf(parsed, build.Around), build.Settings.KeyOf(parsed, build.Around));
                services.AddLogging();
                services.AddSingleton(tally);
                services.AddSingleton(line);
                services.AddJobWorker(jobs =>
                {
                    jobs.Queue(parsed.GetValue(queue)!, slots);
                    if (parsed.GetValue(worker) is { } name)
                    {
                        jobs.Configure(options => options.Name = name);
                    }

                    foreach (string type in parsed.GetValue(types) ?? [])
                    {
                        jobs.Add<ProgramProcessor>(type);
                    }

                    if (parsed.GetValue(types) is not { Length: > 0 })
                    {
                        jobs.AddForAnyType<ProgramProcessor>();
                    }
                });
                await using ServiceProvider provider = services.BuildServiceProvider();

                // Refused or wrongly addressed: said now, and not asked for ever.
                await session.Jobs.GetQueueAsync(parsed.GetValue(queue)!, stopping);
                await RunAsync(provider, tally, session, parsed.GetValue(queue)!, stopping);
                return stopping.IsCancellationRequested ? build.Around.Interruption.Code
                    : tally.Failed > 0 ? ExitCode.Failed : ExitCode.Done;
            });
    }

    private static async Task RunAsync(
        ServiceProvider provider, WorkTally tally, Session session, string queue, CancellationToken stopping)
    {
        IHostedService[] parts = [.. provider.GetServices<IHostedService>()];
        foreach (IHostedService part in parts)
        {
            await part.StartAsync(CancellationToken.None);
        }

        session.Messages.Say($"Working queue {queue}; Ctrl+C ends it when what runs is done.");
        await tally.OverAsync(stopping);
        foreach (IHostedService part in parts)
        {
            await part.StopAsync(CancellationToken.None);
        }

        session.Messages.Say($"{tally.Done} done, {tally.Failed} failed");
    }
}
