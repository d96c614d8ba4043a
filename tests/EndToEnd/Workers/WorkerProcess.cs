using System.Globalization;
using JobOrchestrator.Sdk;
using TestSupport;

namespace EndToEnd.Workers;

/// <summary>One process of tests/EndToEnd.Worker. Disposing kills it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private WorkerProcess(string name, ChildProcess process) => (Name, _process) = (name, process);

    /// <summary>Its name in the jobs' attempts.</summary>
    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts a worker without waiting for anything.</summary>
    /// <param name="suite">Whose orchestrator it works for.</param>
    /// <param name="name">Its name in the jobs' attempts.</param>
    /// <param name="queue">The queue that it works.</param>
    /// <param name="concurrency">How many attempts at once.</param>
    /// <param name="prefetch">How many more jobs it holds ready.</param>
    /// <param name="options">Members of <see cref="JobWorkerOptions"/> by name.</param>
    public static WorkerProcess Start(
        Suite suite,
        string name,
        string queue,
        int concurrency = 1,
        int prefetch = 0,
        IEnumerable<KeyValuePair<string, string>>? options = null)
    {
        var environment = new Dictionary<string, string?>
        {
            ["JobOrchestrator__Address"] = $"http://127.0.0.1:{suite.JobsPort}",
            ["Queue"] = queue,
            ["Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
            ["Prefetch"] = prefetch.ToString(CultureInfo.InvariantCulture),
            ["Worker__Name"] = name,
        };
        foreach ((string option, string value) in options ?? [])
        {
            environment[$"Worker__{option}"] = value;
        }

        return new WorkerProcess(
            name, ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "EndToEnd.Worker.dll")], environment));
    }

    /// <summary>Waits for a line of the worker's journal, and returns what stands behind the words asked for.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="attempt">The attempt's number.</param>
    /// <param name="words">How the line goes on, as "began" or "saved 3".</param>
    public async Task<string> JournalAsync(string jobId, int attempt, string words)
    {
        string start = $"journal {jobId} {attempt} {words}";
        string line = await _process.WaitForLineAsync(line => line.StartsWith(start, StringComparison.Ordinal));
        return line[start.Length..].Trim();
    }

    /// <summary>Waits for a line of the worker's log.</summary>
    public Task LogAsync(string part) => _process.WaitForLineAsync(line => line.Contains(part, StringComparison.Ordinal));

    public void Kill() => _process.Kill();

    public void Freeze() => _process.Send(Signal.Stop);

    public void Wake() => _process.Send(Signal.Continue);

    public void Terminate() => _process.Send(Signal.Terminate);

    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
