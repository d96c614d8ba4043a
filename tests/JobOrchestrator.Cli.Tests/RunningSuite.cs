using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>One running suite; each test has a queue of its own.</summary>
public sealed class RunningSuite : IAsyncLifetime
{
    /// <summary>The collection's name.</summary>
    public const string Name = "one suite for the command line";

    private static int _queues;
    private Suite? _suite;

    internal Uri Url => new($"http://127.0.0.1:{_suite!.JobsPort}");

    public async Task InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            _suite = await Suite.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }

    /// <summary>A queue that no other test uses.</summary>
    internal static string NewQueue() => $"cli-{Interlocked.Increment(ref _queues)}";

    /// <summary>In a pipe.</summary>
    internal Terminal Pipe(string input = "") => new() { Url = Url, Input = input };

    /// <summary>A person at a terminal.</summary>
    internal Terminal Person(string input = "") => new() { Url = Url, Input = input, IsPerson = true };

    /// <summary>Submits a job that nobody works by itself.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> SubmitAsync(string queue, string type = "send", params string[] more)
    {
        Terminal terminal = Pipe();
        string[] line = ["submit", type, """{"to":"a@b.c"}""", "--queue", queue, "-o", "id", .. more];
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(line));
        return Assert.Single(terminal.Lines);
    }

    /// <summary>Takes a job, so that it runs.</summary>
    /// <returns>The lease token.</returns>
    internal async Task<string> LeaseAsync(string queue)
    {
        Terminal terminal = Pipe();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("lease", queue, "--worker", "by-hand"));
        using var job = System.Text.Json.JsonDocument.Parse(Assert.Single(terminal.Lines));
        return job.RootElement.GetProperty("leaseToken").GetString()!;
    }
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(RunningSuite.Name)]
public sealed class RunningSuiteCollection : ICollectionFixture<RunningSuite>;
