using JobOrchestrator.Sdk;
using TestSupport;

namespace EndToEnd.Workers;

/// <summary>One running suite for all tests with worker processes; each test has a queue of its own.</summary>
public sealed class SharedSuite : IAsyncLifetime, IDisposable
{
    /// <summary>The name of the collection of tests that share it.</summary>
    public const string Name = "one suite for many workers";

    private static int _queues;
    private Suite? _suite;
    private JobClient? _client;

    internal Suite Suite => _suite!;

    /// <summary>A caller of the suite's orchestrator, patient enough for its restarts.</summary>
    internal JobClient Client => _client!;

    public async Task InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            _suite = await Suite.StartAsync();
            _client = new JobClient(
                new JobClientOptions { Address = new Uri($"http://127.0.0.1:{Suite.JobsPort}"), Owner = "end-to-end" });
        }
    }

    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }

    public void Dispose() => _client?.Dispose();

    /// <summary>A queue that no other test uses.</summary>
    internal static string NewQueue(string name) => $"{name}-{Interlocked.Increment(ref _queues)}";

    /// <summary>Waits until a job's document is as wanted.</summary>
    internal Task<Job> JobAsync(string jobId, Func<Job, bool> accept, string what) =>
        Eventually.ValueAsync(async () => (await Client.GetAsync(jobId))!, accept, what, TimeSpan.FromSeconds(30));

    /// <summary>Waits for a job's end, whatever it is.</summary>
    internal Task<Job> FinishedAsync(string jobId) => JobAsync(jobId, job => job.IsFinished, "the job is finished");
}

/// <summary>The tests that share one suite.</summary>
[CollectionDefinition(SharedSuite.Name)]
public sealed class SharedSuiteCollection : ICollectionFixture<SharedSuite>;
